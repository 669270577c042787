package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All objects at one version. Immutable. */
record ClusterView(Map<ApiResource, NavigableMap<String, JsonObject>> objects, int version) {
  ClusterView {
    Map<ApiResource, NavigableMap<String, JsonObject>> copy = new EnumMap<>(ApiResource.class);
    objects.forEach((resource, of) -> copy.put(resource, new TreeMap<>(of)));
    objects = copy;
  }

  /**
   * A page of a list, as the API gives it.
   *
   * @param token where an earlier page ended; empty for the first
   */
  static JsonObject page(
      ApiResource resource,
      NavigableMap<String, JsonObject> objects,
      int version,
      String token,
      int limit) {
    JsonArray items = new JsonArray();
    JsonObject metadata = new JsonObject().put("resourceVersion", Integer.toString(version));
    for (Map.Entry<String, JsonObject> entry : objects.tailMap(token, true).entrySet()) {
      if (items.size() == limit) {
        metadata.put("continue", entry.getKey());
        break;
      }
      Map<String, Object> item = new TreeMap<>(entry.getValue().getMap());
      item.remove("kind"); // as in the lists of the real one
      item.remove("apiVersion");
      items.add(new JsonObject(item));
    }
    return ApiAnswer.head(resource.apiVersion(), resource.kind() + "List")
        .put("metadata", metadata)
        .put("items", items);
  }

  JsonObject page(ApiResource resource, String token, int limit) {
    return page(
        resource,
        objects.getOrDefault(resource, Collections.emptyNavigableMap()),
        version,
        token,
        limit);
  }
}
