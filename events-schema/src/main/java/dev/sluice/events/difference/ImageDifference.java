package dev.sluice.events.difference;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The objects that differ between two images. */
public final class ImageDifference {
  private ImageDifference() {}

  /**
   * An object that differs.
   *
   * @param before empty where it is new
   * @param after empty where it is gone
   * @param fields what differs; not empty
   */
  public record Differing(
      ObjectKey key,
      Optional<ClusterObject> before,
      Optional<ClusterObject> after,
      List<FieldChange> fields) {
    public Differing {
      fields = List.copyOf(fields);
    }
  }

  /** Those that differ, in the order of their keys. */
  public static List<Differing> between(ClusterImage from, ClusterImage to) {
    TreeSet<ObjectKey> keys = new TreeSet<>(from.keys());
    keys.addAll(to.keys());
    List<Differing> result = new ArrayList<>();
    for (ObjectKey key : keys) {
      Optional<ClusterObject> before = from.get(key);
      Optional<ClusterObject> after = to.get(key);
      if (!before.equals(after)) {
        result.add(new Differing(key, before, after, ObjectDifference.between(before, after)));
      }
    }
    return result;
  }
}
