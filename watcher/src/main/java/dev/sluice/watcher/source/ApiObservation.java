package dev.sluice.watcher.source;

import dev.sluice.events.kubernetes.ObjectMapping;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one object of the API turned out to be.
 *
 * @param name its kind, namespace and name, whatever they are
 * @param key empty where no object on the log can be called so
 * @param resourceVersion empty where there is none
 */
record ApiObservation(String name, Optional<ObjectKey> key, String resourceVersion, Result result) {

  /** What it is. */
  sealed interface Result {
    /** An object that a proxy reads. */
    record Mapped(ObservedObject observed) implements Result {}

    /** Nothing that a proxy reads, such as a slice of host names. */
    record NotRead() implements Result {}

    /** Not what the API promises. */
    record Invalid(String reason) implements Result {}
  }

  static ApiObservation of(WatchedKind kind, GenericKubernetesResource resource) {
    Map<String, Object> api = tree(kind, resource);
    ObjectMeta metadata = resource.getMetadata();
    String namespace = metadata.getNamespace();
    return new ApiObservation(
        kind.kind() + "/" + (namespace == null ? "" : namespace + "/") + metadata.getName(),
        ObjectMapping.key(api),
        Optional.ofNullable(metadata.getResourceVersion()).orElse(""),
        result(api));
  }

  private static Result result(Map<String, Object> api) {
    try {
      return ObjectMapping.map(api).<Result>map(Result.Mapped::new).orElseGet(Result.NotRead::new);
    } catch (InvalidObjectException e) {
      return new Result.Invalid(String.valueOf(e.getMessage()));
    }
  }

  /** As JSON has it. The client keeps metadata apart, and a list's items do not say their kind. */
  private static Map<String, Object> tree(WatchedKind kind, GenericKubernetesResource resource) {
    Map<String, Object> api = new HashMap<>(resource.getAdditionalProperties());
    api.put("apiVersion", kind.apiVersion());
    api.put("kind", kind.kind());
    ObjectMeta metadata = resource.getMetadata();
    Map<String, Object> fields = new HashMap<>();
    put(fields, "name", metadata.getName());
    put(fields, "namespace", metadata.getNamespace());
    put(fields, "resourceVersion", metadata.getResourceVersion());
    put(fields, "labels", metadata.getLabels());
    put(fields, "annotations", metadata.getAnnotations());
    put(fields, "deletionTimestamp", metadata.getDeletionTimestamp());
    api.put("metadata", fields);
    return api;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }
}
