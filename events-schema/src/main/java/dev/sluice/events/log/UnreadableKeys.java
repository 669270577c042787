package dev.sluice.events.log;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The keys of the state topic whose last record can't be read, with that record. What was read
 * before of such a key stays its state. Immutable; any thread.
 */
public record UnreadableKeys(Map<String, Undecodable> byKey) {
  public static final UnreadableKeys NONE = new UnreadableKeys(Map.of());

  public UnreadableKeys {
    byKey = Collections.unmodifiableMap(new TreeMap<>(byKey));
  }

  /**
   * The keys after what one poll gave: a good record heals its key, and a deletion that can't be
   * read heals one under which nothing good ever stood.
   *
   * @param hasState whether a key has a state that was read from the log, this batch included
   */
  public UnreadableKeys after(Batch batch, Predicate<String> hasState) {
    if (byKey.isEmpty() && batch.undecodable().isEmpty()) {
      return this;
    }
    Map<String, Undecodable> keys = new TreeMap<>(byKey);
    int next = 0;
    for (Undecodable record : batch.undecodable()) {
      heal(keys, batch.entries().subList(next, record.after()));
      next = record.after();
      if (record.deletion() && !hasState.test(record.key())) {
        keys.remove(record.key());
      } else {
        keys.put(record.key(), record);
      }
    }
    heal(keys, batch.entries().subList(next, batch.entries().size()));
    return new UnreadableKeys(keys);
  }

  private static void heal(Map<String, Undecodable> keys, List<StateEntry> entries) {
    for (StateEntry entry : entries) {
      keys.remove(
          switch (entry) {
            case HeadState _ -> Head.KEY;
            case ObjectState state -> state.key().toString();
          });
    }
  }

  /** What is wrong, by key, with the place on the log; to be shown. */
  public Map<String, String> reasons() {
    return byKey.values().stream()
        .collect(
            Collectors.toMap(
                Undecodable::key, Undecodable::inWords, (one, other) -> other, TreeMap::new));
  }
}
