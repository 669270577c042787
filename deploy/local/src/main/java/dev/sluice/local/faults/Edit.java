package dev.sluice.local.faults;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ClusterObject;
import java.util.Optional;

/**
 * A step in an object's life; at least one of the two is there.
 *
 * @param before what it was
 * @param after what it is
 */
record Edit(Optional<ClusterObject> before, Optional<ClusterObject> after) {
  /** As the log has it. */
  Change at(Revision revision) {
    return after
        .<Change>map(object -> new Change.Upserted(revision, before, object))
        .orElseGet(() -> new Change.Deleted(revision, before.orElseThrow()));
  }
}
