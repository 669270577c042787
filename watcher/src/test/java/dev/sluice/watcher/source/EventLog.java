package dev.sluice.watcher.source;

import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** What a source said, and waiting for it. */
final class EventLog implements Consumer<SourceEvent> {
  private final List<SourceEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void accept(SourceEvent event) {
    events.add(event);
  }

  List<SourceEvent> all() {
    return List.copyOf(events);
  }

  <T extends SourceEvent> List<T> all(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Forgets everything so far. */
  void clear() {
    events.clear();
  }

  /** Waits for an event of a type that is as told. */
  <T extends SourceEvent> T await(Class<T> type, Predicate<T> expected) {
    Awaitility.await()
        .alias(type.getSimpleName() + " among " + summary())
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> all(type).stream().anyMatch(expected));
    return all(type).stream().filter(expected).findFirst().orElseThrow();
  }

  /** Waits for any event of a type. */
  <T extends SourceEvent> T await(Class<T> type) {
    return await(type, event -> true);
  }

  /** Waits for a snapshot of exactly these keys. */
  Snapshot awaitSnapshotOf(ObjectKey... keys) {
    return await(Snapshot.class, snapshot -> keys(snapshot).equals(Set.of(keys)));
  }

  static Set<ObjectKey> keys(Snapshot snapshot) {
    return snapshot.objects().stream().map(o -> o.object().key()).collect(Collectors.toSet());
  }

  private String summary() {
    return events.stream().map(e -> e.getClass().getSimpleName()).toList().toString();
  }
}
