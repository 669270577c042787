package dev.sluice.watcher.source;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;

/** The API resources that a proxy reads. */
enum WatchedKind {
  SERVICES("", "v1", "Service", true),
  ENDPOINT_SLICES("discovery.k8s.io", "v1", "EndpointSlice", true),
  NODES("", "v1", "Node", false);

  private final String group;
  private final String version;
  private final String kind;
  private final boolean namespaced;

  WatchedKind(String group, String version, String kind, boolean namespaced) {
    this.group = group;
    this.version = version;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  String kind() {
    return kind;
  }

  /** The name in paths, such as {@code endpointslices}. */
  String plural() {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural())
        .withNamespaced(namespaced)
        .build();
  }
}
