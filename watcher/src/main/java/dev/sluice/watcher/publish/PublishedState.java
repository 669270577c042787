package dev.sluice.watcher.publish;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.ResourceVersions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * What the log says: the objects, the API server's version that each was published from, the newest
 * version of each kind, and the last time. Immutable, any thread; the next state shares structure
 * with the one before.
 */
public final class PublishedState {
  /** An empty log. */
  public static final PublishedState EMPTY =
      new PublishedState(ClusterImage.EMPTY, TreePMap.empty(), TreePMap.empty(), Instant.EPOCH);

  private final ClusterImage image;
  private final TreePMap<ObjectKey, String> resourceVersions;
  private final TreePMap<ObjectKey.Kind, String> newest;
  private final Instant time;

  private PublishedState(
      ClusterImage image,
      TreePMap<ObjectKey, String> resourceVersions,
      TreePMap<ObjectKey.Kind, String> newest,
      Instant time) {
    this.image = image;
    this.resourceVersions = resourceVersions;
    this.newest = newest;
    this.time = time;
  }

  public ClusterImage image() {
    return image;
  }

  /** The time of the last change; the epoch's start where there is none. */
  public Instant time() {
    return time;
  }

  public Optional<Head> head() {
    return image.head();
  }

  /** Whether the log has something newer of this object than that version of it. */
  boolean isNewerThan(ObjectKey key, String resourceVersion) {
    String published = resourceVersions.get(key);
    return published != null && ResourceVersions.older(resourceVersion, published);
  }

  /**
   * The newest version of the API server that the log has anything of a kind from, be it a
   * deletion; empty where there is none.
   */
  Optional<String> newest(ObjectKey.Kind kind) {
    return Optional.ofNullable(newest.get(kind));
  }

  /** The same with all versions forgotten, so that whatever the API server has is newer. */
  PublishedState withoutVersions() {
    return new PublishedState(image, TreePMap.empty(), TreePMap.empty(), time);
  }

  /** The state after entries of the log, in their order. */
  public PublishedState replay(List<StateEntry> entries) {
    ClusterDelta delta = new ClusterDelta(image);
    TreePMap<ObjectKey, String> versions = resourceVersions;
    TreePMap<ObjectKey.Kind, String> kinds = newest;
    Instant latest = time;
    for (StateEntry entry : entries) {
      delta.replay(entry);
      switch (entry) {
        case ObjectState state -> {
          String version = state.revision().resourceVersion();
          boolean known = state.object().isPresent() && !version.isEmpty();
          versions = known ? versions.plus(state.key(), version) : versions.minus(state.key());
          kinds = newest(kinds, state.key().kind(), version);
          latest = later(latest, state.revision().time());
        }
        // the last change may have been a deletion that compaction has removed
        case HeadState head -> latest = later(latest, head.time());
      }
    }
    return new PublishedState(delta.apply(), versions, kinds, latest);
  }

  private static TreePMap<ObjectKey.Kind, String> newest(
      TreePMap<ObjectKey.Kind, String> kinds, ObjectKey.Kind kind, String version) {
    String before = kinds.getOrDefault(kind, "");
    if (version.isEmpty() || (!before.isEmpty() && !ResourceVersions.older(before, version))) {
      return kinds;
    }
    return kinds.plus(kind, version);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * The same, without an object: what is on the log under its key can't be read. Texts that are no
   * key are passed over.
   */
  PublishedState forget(String key) {
    for (ObjectKey known : image.keys()) {
      if (known.toString().equals(key)) {
        Revision unknown =
            new Revision(1, 1, "", Instant.EPOCH, Cause.RESYNC, "", Optional.empty());
        return replay(List.of(new ObjectState(known, unknown, Optional.empty())));
      }
    }
    return this;
  }

  /** The state after a transaction. */
  PublishedState after(List<Change> changes, Head head) {
    return after(changes).replay(List.of(new HeadState(head)));
  }

  /** The state after changes that no head was written for yet. */
  PublishedState after(List<Change> changes) {
    List<StateEntry> entries = new ArrayList<>(changes.size());
    for (Change change : changes) {
      entries.add(new ObjectState(change.key(), change.revision(), change.after()));
    }
    return replay(entries);
  }
}
