package dev.sluice.events.event;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.util.Optional;

/** One change of one object: what the log is made of. */
public sealed interface Change {
  ObjectKey key();

  Revision revision();

  /** The object before the change; empty where it is new. */
  Optional<ClusterObject> before();

  /** The object after the change; empty where it is deleted. */
  Optional<ClusterObject> after();

  /** An object that is new or has changed. */
  record Upserted(Revision revision, Optional<ClusterObject> before, ClusterObject object)
      implements Change {
    @Override
    public ObjectKey key() {
      return object.key();
    }

    @Override
    public Optional<ClusterObject> after() {
      return Optional.of(object);
    }
  }

  /** An object that is gone. */
  record Deleted(Revision revision, ClusterObject object) implements Change {
    @Override
    public ObjectKey key() {
      return object.key();
    }

    @Override
    public Optional<ClusterObject> before() {
      return Optional.of(object);
    }

    @Override
    public Optional<ClusterObject> after() {
      return Optional.empty();
    }
  }
}
