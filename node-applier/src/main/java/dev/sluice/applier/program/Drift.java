package dev.sluice.applier.program;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a kernel holds otherwise than it should.
 *
 * @param objects what differs, by its key's text
 */
public record Drift(SortedMap<String, Kind> objects) {
  public static final Drift NONE = new Drift(Collections.emptySortedMap());

  /** In what way an object differs. */
  public enum Kind {
    /** It should be there. */
    MISSING,
    /** It holds something else. */
    CHANGED,
    /** It should not be there. */
    EXTRA;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Drift {
    objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
  }

  /**
   * Tells what a difference is made of.
   *
   * @param found what the kernel holds
   * @param diff what leads from there to what it should hold
   */
  public static <K, V> Drift of(Program<K, V> found, ProgramDiff<K, V> diff) {
    SortedMap<String, Kind> objects = new TreeMap<>();
    diff.put()
        .keySet()
        .forEach(
            key ->
                objects.put(
                    key.toString(), found.get(key).isPresent() ? Kind.CHANGED : Kind.MISSING));
    diff.removed().forEach(key -> objects.put(key.toString(), Kind.EXTRA));
    return new Drift(objects);
  }

  public Drift plus(Drift other) {
    SortedMap<String, Kind> all = new TreeMap<>(objects);
    all.putAll(other.objects);
    return new Drift(all);
  }

  public boolean isEmpty() {
    return objects.isEmpty();
  }

  /** How many objects differ in each way; every way is there. */
  public Map<Kind, Integer> counts() {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, count(kind));
    }
    return counts;
  }

  /** How many objects differ in one way. */
  public int count(Kind kind) {
    return Collections.frequency(objects.values(), kind);
  }
}
