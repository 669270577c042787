package dev.sluice.applier.program;

import java.util.Map;
import java.util.Optional;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What a kernel shall hold, or holds: immutable objects by key, in the form in which the kernel
 * lists them, so that equality tells whether anything is left to do. Immutable; versions share
 * structure. Keys and values must have a {@code toString} that tells equal from unequal.
 *
 * @param <K> what objects are called
 * @param <V> what they hold
 */
public final class Program<K, V> {
  private final HashPMap<K, V> objects;
  private final ProgramDigest digest;

  private Program(HashPMap<K, V> objects, ProgramDigest digest) {
    this.objects = objects;
    this.digest = digest;
  }

  /** The program without objects. */
  public static <K, V> Program<K, V> empty() {
    return new Program<>(HashTreePMap.empty(), ProgramDigest.EMPTY);
  }

  public Optional<V> get(K key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** This program with one object added or replaced. */
  public Program<K, V> plus(K key, V value) {
    V before = objects.get(key);
    if (value.equals(before)) {
      return this;
    }
    ProgramDigest rest = before == null ? digest : digest.minus(ProgramDigest.of(key, before));
    return new Program<>(objects.plus(key, value), rest.plus(ProgramDigest.of(key, value)));
  }

  /** This program without one object. */
  public Program<K, V> minus(K key) {
    V before = objects.get(key);
    return before == null
        ? this
        : new Program<>(objects.minus(key), digest.minus(ProgramDigest.of(key, before)));
  }

  /** The objects, in no particular order. */
  public Map<K, V> objects() {
    return objects;
  }

  public int size() {
    return objects.size();
  }

  /** The fingerprint of all objects. */
  public ProgramDigest digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Program<?, ?> program
        && digest.equals(program.digest)
        && objects.equals(program.objects);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "Program[objects=" + size() + ", digest=" + digest + "]";
  }
}
