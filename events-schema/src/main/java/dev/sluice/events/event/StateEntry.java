package dev.sluice.events.event;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.time.Instant;
import java.util.Optional;

/** What one record of the state topic says. */
public sealed interface StateEntry {
  /**
   * An object's state.
   *
   * @param revision of the change that led to it
   * @param object empty where it is deleted
   */
  record ObjectState(ObjectKey key, Revision revision, Optional<ClusterObject> object)
      implements StateEntry {}

  /**
   * How far the state has come.
   *
   * @param time the head's event time; no later event has an earlier one
   */
  record HeadState(Head head, Instant time) implements StateEntry {
    /** A head whose time is of no interest; it counts as long ago. */
    public HeadState(Head head) {
      this(head, Instant.EPOCH);
    }
  }
}
