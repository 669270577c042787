package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;

/**
 * Objects as the API has them, with no more than a proxy needs; each a new one that may be edited.
 */
public final class ApiObjects {
  private ApiObjects() {}

  /** A ClusterIP Service with one TCP port. */
  public static JsonObject service(String namespace, String name, String clusterIp, int port) {
    return object(ApiResource.SERVICES, namespace, name)
        .put(
            "spec",
            new JsonObject()
                .put("clusterIP", clusterIp)
                .put("ports", new JsonArray().add(new JsonObject().put("port", port))));
  }

  /**
   * A slice of ready IPv4 endpoints.
   *
   * @param service whose endpoints they are
   */
  public static JsonObject endpointSlice(
      String namespace, String name, String service, int port, Collection<String> addresses) {
    JsonObject slice = object(ApiResource.ENDPOINT_SLICES, namespace, name);
    slice
        .getJsonObject("metadata")
        .put("labels", new JsonObject().put("kubernetes.io/service-name", service));
    JsonArray endpoints = new JsonArray();
    for (String address : addresses) {
      endpoints.add(new JsonObject().put("addresses", new JsonArray().add(address)));
    }
    return slice
        .put("addressType", "IPv4")
        .put("endpoints", endpoints)
        .put("ports", new JsonArray().add(new JsonObject().put("port", port)));
  }

  /** A Node with one InternalIP. */
  public static JsonObject node(String name, String address) {
    JsonObject node = object(ApiResource.NODES, "", name);
    node.getJsonObject("metadata").remove("namespace");
    JsonObject internal = new JsonObject().put("type", "InternalIP").put("address", address);
    return node.put("status", new JsonObject().put("addresses", new JsonArray().add(internal)));
  }

  private static JsonObject object(ApiResource resource, String namespace, String name) {
    return ApiAnswer.head(resource.apiVersion(), resource.kind())
        .put("metadata", new JsonObject().put("namespace", namespace).put("name", name));
  }
}
