package dev.sluice.watcher.source;

import dev.sluice.events.model.ObjectKey;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;

/** The API resources that a proxy reads. */
enum WatchedKind {
  SERVICES(ObjectKey.Kind.SERVICE, "", "v1", true),
  ENDPOINT_SLICES(ObjectKey.Kind.ENDPOINT_SLICE, "discovery.k8s.io", "v1", true),
  NODES(ObjectKey.Kind.NODE, "", "v1", false);

  private final ObjectKey.Kind model;

  private final String group;
  private final String version;
  private final boolean namespaced;

  WatchedKind(ObjectKey.Kind model, String group, String version, boolean namespaced) {
    this.model = model;
    this.group = group;
    this.version = version;
    this.namespaced = namespaced;
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  String kind() {
    return model.apiName();
  }

  ObjectKey.Kind model() {
    return model;
  }

  /** The name in paths, such as {@code endpointslices}. */
  String plural() {
    return kind().toLowerCase(Locale.ROOT) + "s";
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind())
        .withPlural(plural())
        .withNamespaced(namespaced)
        .build();
  }
}
