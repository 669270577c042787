package dev.sluice.applier.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A program's difference in lines.
 *
 * @param name what an object is called
 * @param lines an object's lines, by its key and what it holds
 */
public record ProgramLines<K extends Comparable<? super K>, V>(
    Function<K, String> name, BiFunction<K, V, List<String>> lines) {
  /** What differs of these objects, in their order. */
  public List<ObjectChange> changes(Program<K, V> before, Program<K, V> after, Collection<K> keys) {
    SortedSet<K> ordered = new TreeSet<>(keys);
    List<ObjectChange> changes = new ArrayList<>();
    for (K key : ordered) {
      Optional<V> old = before.get(key);
      Optional<V> now = after.get(key);
      if (!old.equals(now)) {
        changes.add(change(key, old, now));
      }
    }
    return changes;
  }

  private ObjectChange change(K key, Optional<V> old, Optional<V> now) {
    String object = name.apply(key);
    Optional<List<String>> before = old.map(value -> lines.apply(key, value));
    Optional<List<String>> after = now.map(value -> lines.apply(key, value));
    if (before.isEmpty()) {
      return ObjectChange.came(object, after.orElseThrow());
    }
    return after
        .map(lines -> ObjectChange.replaced(object, before.get(), lines))
        .orElseGet(() -> ObjectChange.went(object, before.get()));
  }
}
