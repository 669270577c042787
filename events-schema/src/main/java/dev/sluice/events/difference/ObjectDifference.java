package dev.sluice.events.difference;

import dev.sluice.events.difference.Field.Keyed;
import dev.sluice.events.difference.Field.Scalar;
import dev.sluice.events.difference.Field.Values;
import dev.sluice.events.difference.FieldChange.Elements;
import dev.sluice.events.difference.FieldChange.Reordered;
import dev.sluice.events.difference.FieldChange.Replaced;
import dev.sluice.events.event.Change;
import dev.sluice.events.model.ClusterObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What differs between two versions of an object. */
public final class ObjectDifference {
  private final List<FieldChange> changes = new ArrayList<>();

  private ObjectDifference() {}

  /** What a change changed. */
  public static List<FieldChange> of(Change change) {
    return between(change.before(), change.after());
  }

  /**
   * The fields that differ, in the order of the object's fields; of one that is new or gone, all
   * that are set. Empty exactly where the versions are equal.
   */
  public static List<FieldChange> between(
      Optional<ClusterObject> before, Optional<ClusterObject> after) {
    ObjectDifference difference = new ObjectDifference();
    Map<String, Field> old = before.map(ObjectFields::of).orElse(Map.of());
    Map<String, Field> now = after.map(ObjectFields::of).orElse(Map.of());
    Set<String> paths = new LinkedHashSet<>(now.keySet());
    paths.addAll(old.keySet());
    for (String path : paths) {
      difference.compare(
          path, Optional.ofNullable(old.get(path)), Optional.ofNullable(now.get(path)));
    }
    return List.copyOf(difference.changes);
  }

  private void compare(String path, Optional<Field> old, Optional<Field> now) {
    switch (now.or(() -> old).orElseThrow()) {
      case Scalar _ -> replace(path, old.map(Scalar.class::cast), now.map(Scalar.class::cast));
      case Values _ -> values(path, list(old), list(now));
      case Keyed _ -> keyed(path, keys(old), keys(now));
    }
  }

  private void replace(String path, Optional<Scalar> old, Optional<Scalar> now) {
    replace(path, old.map(Scalar::value).orElse(""), now.map(Scalar::value).orElse(""));
  }

  private void replace(String path, String old, String now) {
    if (!old.equals(now)) {
      changes.add(new Replaced(path, set(old), set(now)));
    }
  }

  private static Optional<String> set(String value) {
    return Optional.of(value).filter(text -> !text.isEmpty());
  }

  private void values(String path, List<String> old, List<String> now) {
    List<String> removed = new ArrayList<>(old);
    now.forEach(removed::remove);
    List<String> added = new ArrayList<>(now);
    old.forEach(added::remove);
    elements(path, removed, added, old.equals(now) ? List.of() : now);
  }

  private void keyed(String path, Keyed old, Keyed now) {
    List<String> removed =
        old.texts().entrySet().stream()
            .filter(entry -> !now.texts().containsKey(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    List<String> added =
        now.texts().entrySet().stream()
            .filter(entry -> !old.texts().containsKey(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    List<String> oldOrder = List.copyOf(old.texts().keySet());
    List<String> order = List.copyOf(now.texts().keySet());
    elements(path, removed, added, order.equals(oldOrder) ? List.of() : order);
    now.fields()
        .forEach(
            (key, fields) ->
                Optional.ofNullable(old.fields().get(key))
                    .ifPresent(before -> fields(path + "[" + key + "]", before, fields)));
  }

  /**
   * @param order the order now, where it is another than before
   */
  private void elements(String path, List<String> removed, List<String> added, List<String> order) {
    if (!removed.isEmpty() || !added.isEmpty()) {
      changes.add(new Elements(path, removed, added));
    } else if (!order.isEmpty()) {
      changes.add(new Reordered(path, order));
    }
  }

  private void fields(String path, Map<String, String> old, Map<String, String> now) {
    now.forEach((name, value) -> replace(path + "." + name, old.getOrDefault(name, ""), value));
  }

  private static List<String> list(Optional<Field> field) {
    return field.map(found -> ((Values) found).values()).orElse(List.of());
  }

  private static Keyed keys(Optional<Field> field) {
    return field.map(Keyed.class::cast).orElseGet(() -> new Keyed(Map.of(), Map.of()));
  }
}
