package dev.sluice.watcher.publish;

import dev.sluice.events.event.Cause;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a source sees, compared with what the log says. An object that differs in nothing a proxy
 * reads gives no change, and neither does one that is older than what the log has of it. Pure.
 */
public final class ChangeDetector {
  private ChangeDetector() {}

  /** The change that an object seen by a watch makes, if any. */
  public static Optional<ChangeProposal> seen(PublishedState log, ObservedObject observed) {
    return upsert(log, observed, Cause.OBSERVED);
  }

  /** The change that a deletion seen by a watch makes, if any. */
  public static Optional<ChangeProposal> gone(
      PublishedState log, ObjectKey key, String resourceVersion) {
    return log.isNewerThan(key, resourceVersion)
        ? Optional.empty()
        : log.image()
            .get(key)
            .map(before -> deletion(key, before, Cause.OBSERVED, resourceVersion));
  }

  /**
   * The changes that lead from the log to a snapshot. Objects that the log has and a whole snapshot
   * has not are deleted; these deletions come last, so that no state in between has less than the
   * states before and after.
   */
  public static List<ChangeProposal> compare(PublishedState log, Snapshot snapshot) {
    List<ChangeProposal> changes = new ArrayList<>();
    Set<ObjectKey> present = new HashSet<>(snapshot.unreadable());
    for (ObservedObject observed : snapshot.objects()) {
      present.add(observed.object().key());
      upsert(log, observed, snapshot.cause()).ifPresent(changes::add);
    }
    if (snapshot.whole()) {
      for (ObjectKey key : log.image().keys()) {
        if (!present.contains(key)) {
          ClusterObject before = log.image().get(key).orElseThrow();
          String version = snapshot.versions().getOrDefault(key.kind(), "");
          changes.add(deletion(key, before, snapshot.cause(), version));
        }
      }
    }
    return changes;
  }

  private static Optional<ChangeProposal> upsert(
      PublishedState log, ObservedObject observed, Cause cause) {
    ClusterObject object = observed.object();
    ObjectKey key = object.key();
    Optional<ClusterObject> before = log.image().get(key);
    if (before.equals(Optional.of(object)) || log.isNewerThan(key, observed.resourceVersion())) {
      return Optional.empty();
    }
    return Optional.of(
        new ChangeProposal(
            key,
            before,
            Optional.of(object),
            cause,
            observed.resourceVersion(),
            observed.triggerTime()));
  }

  private static ChangeProposal deletion(
      ObjectKey key, ClusterObject before, Cause cause, String resourceVersion) {
    return new ChangeProposal(
        key, Optional.of(before), Optional.empty(), cause, resourceVersion, Optional.empty());
  }
}
