package dev.sluice.watcher.source;

import dev.sluice.events.event.Cause;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a source says. */
public sealed interface SourceEvent {

  /**
   * All objects that the source has now.
   *
   * @param unreadable keys of objects that are there, but in no state that was ever readable
   * @param whole whether what is neither among the objects nor unreadable is known not to exist
   * @param cause why differences from the log are published: OBSERVED where the source saw a change
   *     happen, RESYNC where it listed anew
   * @param versions how far it has come, by kind: the API server's version of a list of all objects
   *     as they are here; none where there are no versions
   */
  record Snapshot(
      Collection<ObservedObject> objects,
      Set<ObjectKey> unreadable,
      boolean whole,
      Cause cause,
      Map<ObjectKey.Kind, String> versions)
      implements SourceEvent {
    public Snapshot {
      objects = List.copyOf(objects);
      unreadable = Set.copyOf(unreadable);
      versions = Map.copyOf(versions);
    }

    /** Of a source without versions. */
    public Snapshot(
        Collection<ObservedObject> objects, Set<ObjectKey> unreadable, boolean whole, Cause cause) {
      this(objects, unreadable, whole, cause, Map.of());
    }
  }

  /** An object was created or updated. */
  record ObjectSeen(ObservedObject observed) implements SourceEvent {}

  /**
   * An object was deleted, and a watch saw it.
   *
   * @param resourceVersion the version of the deletion; empty where there is none
   */
  record ObjectGone(ObjectKey key, String resourceVersion) implements SourceEvent {}

  /**
   * Something can't be read; what it held keeps its last good state. A later problem of the same
   * place replaces it.
   *
   * @param where a file, a folder, an object or an API path
   */
  record Problem(String where, String reason) implements SourceEvent {}

  /** What was wrong at a place no longer is. */
  record ProblemSolved(String where) implements SourceEvent {}
}
