package dev.sluice.events.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node's kernel has accepted last.
 *
 * @param revision of the log
 * @param revisionTime the event time of that revision, by the watcher's clock, in milliseconds
 * @param appliedAt when the kernel had it, by the node's clock, in milliseconds
 * @param mode the mode that forwards, as {@code --proxy-mode} spells it
 * @param digests the program's fingerprint by address family, {@code IPv4} or {@code IPv6}
 * @param format the version of the form that programs have; the same input gives the same digest
 *     only within one version. 1 or more
 */
public record AppliedProgram(
    long revision,
    Instant revisionTime,
    Instant appliedAt,
    String mode,
    Map<String, String> digests,
    int format) {
  public AppliedProgram {
    if (revision < 0 || format < 1 || mode.isEmpty()) {
      throw new IllegalArgumentException(
          "no program: revision %d, mode \"%s\", format %d".formatted(revision, mode, format));
    }
    revisionTime = revisionTime.truncatedTo(ChronoUnit.MILLIS);
    appliedAt = appliedAt.truncatedTo(ChronoUnit.MILLIS);
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
  }
}
