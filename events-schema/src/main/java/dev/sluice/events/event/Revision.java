package dev.sluice.events.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A change's place on the log, and where it comes from.
 *
 * @param number +1 for every change of a cluster, the first being 1: the coordinate of images,
 *     checkpoints and digests
 * @param epoch +1 for every take-over by a watcher
 * @param clusterId whose objects these are
 * @param time when it was published, in milliseconds; never less than that of the revision before
 * @param resourceVersion the API server's version of the object; empty where there is none
 * @param triggerTime when the change happened in the cluster, where that is known
 */
public record Revision(
    long number,
    long epoch,
    String clusterId,
    Instant time,
    Cause cause,
    String resourceVersion,
    Optional<Instant> triggerTime) {
  public Revision {
    if (number < 1 || epoch < 1) {
      throw new IllegalArgumentException("revision " + number + " of epoch " + epoch);
    }
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }
}
