package dev.sluice.applier.program;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What leads from one program to another: the same for a change, a restart, a drift check and a dry
 * run.
 *
 * @param put objects that are to be added or replaced
 * @param removed objects that are to go
 */
public record ProgramDiff<K, V>(SortedMap<K, V> put, SortedSet<K> removed) {
  public ProgramDiff {
    put = Collections.unmodifiableSortedMap(new TreeMap<>(put));
    removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
  }

  /** Compares all objects. */
  public static <K extends Comparable<? super K>, V> ProgramDiff<K, V> between(
      Program<K, V> installed, Program<K, V> desired) {
    Set<K> keys = new HashSet<>(installed.objects().keySet());
    keys.addAll(desired.objects().keySet());
    return between(installed, desired, keys);
  }

  /** Compares only these objects, where it is known that no other differs. */
  public static <K extends Comparable<? super K>, V> ProgramDiff<K, V> between(
      Program<K, V> installed, Program<K, V> desired, Collection<K> keys) {
    SortedMap<K, V> put = new TreeMap<>();
    SortedSet<K> removed = new TreeSet<>();
    for (K key : keys) {
      Optional<V> before = installed.get(key);
      Optional<V> after = desired.get(key);
      if (after.isPresent() && !after.equals(before)) {
        put.put(key, after.get());
      } else if (after.isEmpty() && before.isPresent()) {
        removed.add(key);
      }
    }
    return new ProgramDiff<>(put, removed);
  }

  /** The same difference, but for some objects. */
  public ProgramDiff<K, V> without(Collection<K> keys) {
    if (isEmpty() || keys.isEmpty()) {
      return this;
    }
    SortedMap<K, V> fewer = new TreeMap<>(put);
    fewer.keySet().removeAll(keys);
    SortedSet<K> fewerRemoved = new TreeSet<>(removed);
    fewerRemoved.removeAll(keys);
    return new ProgramDiff<>(fewer, fewerRemoved);
  }

  /** The keys of all objects that differ. */
  public Set<K> keys() {
    Set<K> keys = new HashSet<>(put.keySet());
    keys.addAll(removed);
    return keys;
  }

  public boolean isEmpty() {
    return put.isEmpty() && removed.isEmpty();
  }

  /** How many objects differ. */
  public int size() {
    return put.size() + removed.size();
  }
}
