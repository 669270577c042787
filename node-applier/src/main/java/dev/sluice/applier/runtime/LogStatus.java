package dev.sluice.applier.runtime;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the applier stands to the log. Immutable.
 *
 * @param stale why what it forwards may be of the past; empty while it follows the log
 * @param caughtUp when it was last known to have all of the log; empty for never
 * @param start how it began: from a checkpoint or from the log's beginning, and why
 * @param checkpointError why the checkpoint could not be written; empty if it could
 */
record LogStatus(
    Optional<String> stale,
    Optional<Instant> caughtUp,
    Optional<String> start,
    Optional<String> checkpointError) {
  static final LogStatus UNKNOWN =
      new LogStatus(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Adds to what the health servers answer. */
  void addTo(Map<String, Object> body) {
    stale.ifPresent(reason -> body.put("stale", reason));
    caughtUp.ifPresent(time -> body.put("caughtUp", time.toString()));
    Map<String, Object> checkpoint = new LinkedHashMap<>();
    start.ifPresent(how -> checkpoint.put("start", how));
    checkpointError.ifPresent(reason -> checkpoint.put("error", reason));
    if (!checkpoint.isEmpty()) {
      body.put("checkpoint", checkpoint);
    }
  }
}
