package dev.sluice.events.difference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One field that differs. Paths are those of the Kubernetes API, shortened where that is clear. */
public sealed interface FieldChange {
  /** Such as {@code type}, {@code ports[http].nodePort}, {@code endpoints[10.0.1.3].ready}. */
  String path();

  /**
   * A value that was replaced.
   *
   * @param before empty where the object is new, or the field was unset
   * @param after empty where the object is gone, or the field is unset
   */
  record Replaced(String path, Optional<String> before, Optional<String> after)
      implements FieldChange {
    /** {@code path: before -> after}, or the one value with its sign. */
    @Override
    public String toString() {
      if (before.isPresent() && after.isPresent()) {
        return path + ": " + before.get() + " -> " + after.get();
      }
      return path
          + ": "
          + before.map(value -> "-" + value).orElse("")
          + after.map(value -> "+" + value).orElse("");
    }
  }

  /**
   * Elements that came and went; the order is that of the list.
   *
   * @param removed elements as texts
   * @param added elements as texts
   */
  record Elements(String path, List<String> removed, List<String> added) implements FieldChange {
    private static final int MOST_SHOWN = 12;

    public Elements {
      removed = List.copyOf(removed);
      added = List.copyOf(added);
    }

    /** {@code path: -removed +added}, with at most a dozen of each. */
    @Override
    public String toString() {
      return Stream.of(shown("-", removed), shown("+", added))
          .flatMap(text -> text)
          .collect(Collectors.joining(" ", path + ": ", ""));
    }

    private static Stream<String> shown(String sign, List<String> elements) {
      Stream<String> first = elements.stream().limit(MOST_SHOWN).map(element -> sign + element);
      int more = elements.size() - MOST_SHOWN;
      return more > 0 ? Stream.concat(first, Stream.of(sign + "… " + more + " more")) : first;
    }
  }

  /** A list whose elements are the same, but in another order. */
  record Reordered(String path, List<String> after) implements FieldChange {
    public Reordered {
      after = List.copyOf(after);
    }

    /** {@code path: order now …}. */
    @Override
    public String toString() {
      return path + ": order now " + String.join(" ", after);
    }
  }
}
