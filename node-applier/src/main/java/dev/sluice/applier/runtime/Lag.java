package dev.sluice.applier.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the kernel is behind what has been read of the log. What lies on the log and has not been
 * read yet is not counted in revisions, but makes what is being read older, and so counts in time.
 * Immutable.
 *
 * @param read the revision up to which the log has been read
 * @param kernel the revision that the kernel has; 0 for none
 * @param oldest when the oldest change that the kernel does not have was published; empty: it has
 *     all
 */
record Lag(long read, long kernel, Optional<Instant> oldest) {
  /** How many revisions the kernel lacks; 0 before it has any. */
  long revisions() {
    return kernel == 0 ? 0 : Math.max(0, read - kernel);
  }

  /** How old the oldest change is that the kernel does not have; as good as the clocks agree. */
  Duration age(Instant now) {
    return oldest
        .filter(time -> time.isBefore(now))
        .map(time -> Duration.between(time, now))
        .orElse(Duration.ZERO);
  }

  /** What health pages say of it. */
  Map<String, Object> body(Instant now) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("revisions", revisions());
    body.put("seconds", age(now).toMillis() / 1000.0);
    return body;
  }
}
