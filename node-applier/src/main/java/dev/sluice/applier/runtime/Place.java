package dev.sluice.applier.runtime;

import dev.sluice.events.log.LogFacts.LogIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * A place on the log.
 *
 * @param offset what follows is not known here
 * @param caughtUp when nothing followed, as late as is known for sure; empty where that was never
 */
record Place(LogIdentity log, long offset, Optional<Instant> caughtUp) {
  Place withCaughtUp(Optional<Instant> later) {
    return later.isPresent() ? new Place(log, offset, later) : this;
  }
}
