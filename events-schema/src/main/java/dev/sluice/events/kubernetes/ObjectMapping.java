package dev.sluice.events.kubernetes;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.ObjectKey;
import java.util.Map;
import java.util.Optional;

/**
 * From an object of the Kubernetes API to what a proxy reads of it. Of each kind the stable API
 * version is read: v1 and discovery.k8s.io/v1.
 */
public final class ObjectMapping {
  private ObjectMapping() {}

  /**
   * Maps one API object.
   *
   * @param api the object as JSON gives it: maps, lists, strings, numbers, booleans
   * @return empty for a kind or an address type that a proxy does not read
   * @throws InvalidObjectException naming the object, the field and the reason
   */
  public static Optional<ObservedObject> map(Map<?, ?> api) {
    ApiObject object = ApiObject.root(api);
    String kind = object.text("kind");
    Optional<ObjectKey.Kind> read = kind(object.text("apiVersion"), kind);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    try {
      return map(read.get(), object);
    } catch (InvalidObjectException e) {
      throw e.at(called(kind, object));
    }
  }

  /**
   * The key of an API object, where it has a sound one and is of a kind that a proxy reads. Serves
   * to tell which object an error is about.
   */
  public static Optional<ObjectKey> key(Map<?, ?> api) {
    ApiObject object = ApiObject.root(api);
    try {
      return kind(object.text("apiVersion"), object.text("kind"))
          .map(kind -> new ObjectKey(kind, namespace(kind, object), name(object)));
    } catch (InvalidObjectException e) {
      return Optional.empty();
    }
  }

  private static Optional<ObservedObject> map(ObjectKey.Kind kind, ApiObject object) {
    ObjectKey key = new ObjectKey(kind, namespace(kind, object), name(object));
    Optional<? extends ClusterObject> mapped =
        switch (kind) {
          case SERVICE -> Optional.of(ServiceMapping.map(key, object));
          case ENDPOINT_SLICE -> EndpointSliceMapping.map(key, object);
          case NODE -> Optional.of(NodeMapping.map(key, object));
        };
    ApiObject metadata = object.object("metadata");
    String version = metadata.text("resourceVersion");
    return mapped.map(
        found -> new ObservedObject(found, version, EndpointSliceMapping.triggerTime(metadata)));
  }

  private static Optional<ObjectKey.Kind> kind(String apiVersion, String kind) {
    return switch (apiVersion + " " + kind) {
      case "v1 Service" -> Optional.of(ObjectKey.Kind.SERVICE);
      case "discovery.k8s.io/v1 EndpointSlice" -> Optional.of(ObjectKey.Kind.ENDPOINT_SLICE);
      case "v1 Node" -> Optional.of(ObjectKey.Kind.NODE);
      default -> Optional.empty();
    };
  }

  private static String namespace(ObjectKey.Kind kind, ApiObject object) {
    if (kind == ObjectKey.Kind.NODE) {
      return "";
    }
    String namespace = object.object("metadata").text("namespace");
    // kubectl puts a manifest without a namespace into this one
    return namespace.isEmpty() ? "default" : namespace;
  }

  private static String name(ApiObject object) {
    return object.object("metadata").text("name");
  }

  private static String called(String kind, ApiObject object) {
    ApiObject metadata = object.object("metadata");
    String namespace = metadata.text("namespace");
    return kind + "/" + (namespace.isEmpty() ? "" : namespace + "/") + metadata.text("name");
  }
}
