package dev.sluice.watcher.source;

import dev.sluice.events.event.Cause;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.ApiObservation.Result.Invalid;
import dev.sluice.watcher.source.ApiObservation.Result.Mapped;
import dev.sluice.watcher.source.ApiObservation.Result.NotRead;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All objects of the API as last seen, with the last good state of those that can't be read. */
final class ClusterMirror {
  private final Map<ObjectKey, ObservedObject> objects = new TreeMap<>();
  private final Set<ObjectKey> unreadable = new HashSet<>();
  private final Set<String> problems = new HashSet<>();
  private final Map<ObjectKey.Kind, String> versions = new EnumMap<>(ObjectKey.Kind.class);

  /** It is not older than this, as far as this kind goes. */
  void reached(ObjectKey.Kind kind, String resourceVersion) {
    versions.merge(kind, resourceVersion, ResourceVersions::newest);
  }

  /** Takes an object created or updated, and gives what it means. */
  List<SourceEvent> seen(ApiObservation observation) {
    List<SourceEvent> events = new ArrayList<>();
    switch (observation.result()) {
      case Mapped mapped -> {
        ObjectKey key = mapped.observed().object().key();
        unreadable.remove(key);
        objects.put(key, mapped.observed());
        solved(observation.name()).ifPresent(events::add);
        events.add(new ObjectSeen(mapped.observed()));
      }
      case NotRead _ -> events.addAll(gone(observation));
      case Invalid invalid -> {
        problems.add(observation.name());
        observation.key().filter(key -> !objects.containsKey(key)).ifPresent(unreadable::add);
        events.add(new Problem(observation.name(), invalid.reason()));
      }
    }
    return events;
  }

  /** Takes a deletion, and gives what it means. */
  List<SourceEvent> gone(ApiObservation observation) {
    List<SourceEvent> events = new ArrayList<>();
    solved(observation.name()).ifPresent(events::add);
    observation
        .key()
        .ifPresent(
            key -> {
              objects.remove(key);
              unreadable.remove(key);
              events.add(new ObjectGone(key, observation.resourceVersion()));
            });
    return events;
  }

  /**
   * Takes a list of all objects of a kind, and gives what it means beyond the snapshot that may be
   * made then: problems that came, or went.
   */
  List<SourceEvent> listed(ObjectKey.Kind kind, List<ApiObservation> observations) {
    Set<String> there = new HashSet<>();
    observations.forEach(observation -> there.add(observation.name()));
    objects.keySet().removeIf(key -> key.kind() == kind && !there.contains(key.toString()));
    unreadable.removeIf(key -> key.kind() == kind && !there.contains(key.toString()));
    List<SourceEvent> events = new ArrayList<>();
    for (String name : List.copyOf(problems)) {
      if (name.startsWith(kind.apiName() + "/") && !there.contains(name)) {
        solved(name).ifPresent(events::add);
      }
    }
    for (ApiObservation observation : observations) {
      for (SourceEvent event : seen(observation)) {
        if (event instanceof Problem || event instanceof ProblemSolved) {
          events.add(event);
        }
      }
    }
    return events;
  }

  Snapshot snapshot() {
    return new Snapshot(objects.values(), unreadable, true, Cause.RESYNC, versions);
  }

  private Optional<SourceEvent> solved(String name) {
    return problems.remove(name) ? Optional.of(new ProblemSolved(name)) : Optional.empty();
  }
}
