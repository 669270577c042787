package dev.sluice.events.difference;

import java.util.List;
import java.util.Map;

/** What a field holds, so that it can be compared. */
sealed interface Field {
  /** One value; the empty text is none. */
  record Scalar(String value) implements Field {}

  /** Values that are told apart by themselves. */
  record Values(List<String> values) implements Field {
    public Values {
      values = List.copyOf(values);
    }
  }

  /**
   * Elements that are told apart by a key and have fields of their own, in order.
   *
   * @param texts each element in one text, by key; has the keys of {@code fields}
   */
  record Keyed(Map<String, Map<String, String>> fields, Map<String, String> texts)
      implements Field {}
}
