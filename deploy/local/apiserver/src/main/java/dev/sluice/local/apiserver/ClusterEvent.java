package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonObject;

/**
 * Something that a watch tells.
 *
 * @param type ADDED, MODIFIED, DELETED or BOOKMARK
 * @param version the cluster's, with this event
 */
record ClusterEvent(ApiResource resource, String type, JsonObject object, int version) {

  static ClusterEvent bookmark(ApiResource resource, int version) {
    JsonObject object =
        ApiAnswer.head(resource.apiVersion(), resource.kind())
            .put("metadata", new JsonObject().put("resourceVersion", Integer.toString(version)));
    return new ClusterEvent(resource, "BOOKMARK", object, version);
  }

  JsonObject json() {
    return new JsonObject().put("type", type).put("object", object);
  }
}
