package dev.sluice.events.event;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
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

  /** How far the state has come. */
  record HeadState(Head head) implements StateEntry {}
}
