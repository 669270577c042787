package dev.sluice.events.kubernetes;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * From the model back to an object of the Kubernetes API: what a proxy reads, and nothing else.
 * {@link ObjectMapping} reads it as the same object again.
 */
public final class ObjectTree {
  private ObjectTree() {}

  /** The object as JSON has it: maps, lists, strings, numbers, booleans; in the API's order. */
  public static Map<String, Object> of(ClusterObject object) {
    return switch (object) {
      case Service service -> ServiceTree.of(service);
      case EndpointSlice slice -> EndpointSliceTree.of(slice);
      case Node node -> NodeTree.of(node);
    };
  }

  /** All of them as a {@code kind: List}. */
  public static Map<String, Object> list(Collection<? extends ClusterObject> objects) {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", objects.stream().map(ObjectTree::of).toList());
    return list;
  }

  /** A YAML document, begun by {@code ---}. */
  public static String yaml(ClusterObject object) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setExplicitStart(true)
            .setIndicatorIndent(0)
            .build();
    return new Dump(settings).dumpToString(of(object));
  }

  /** An object without its own fields. */
  static Map<String, Object> root(String apiVersion, ObjectKey key, Map<String, String> labels) {
    return root(apiVersion, key, labels, Map.of());
  }

  /**
   * An object without its own fields.
   *
   * @param more of its metadata
   */
  static Map<String, Object> root(
      String apiVersion, ObjectKey key, Map<String, String> labels, Map<String, String> more) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", key.name());
    if (!key.namespace().isEmpty()) {
      metadata.put("namespace", key.namespace());
    }
    if (!labels.isEmpty()) {
      metadata.put("labels", labels);
    }
    metadata.putAll(more);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("apiVersion", apiVersion);
    root.put("kind", key.kind().apiName());
    root.put("metadata", metadata);
    return root;
  }

  /** Puts a list of texts, unless it is empty. */
  static void putTexts(Map<String, Object> into, String name, List<?> values) {
    if (!values.isEmpty()) {
      into.put(name, values.stream().map(Object::toString).toList());
    }
  }

  /** Puts a text, unless it is empty. */
  static void putText(Map<String, ? super String> into, String name, String value) {
    if (!value.isEmpty()) {
      into.put(name, value);
    }
  }
}
