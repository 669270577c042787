package dev.sluice.local.apiserver;

import java.util.Optional;

/** The kinds of objects that a proxy reads. */
public enum ApiResource {
  SERVICES("/api/v1/services", "v1", "Service"),
  ENDPOINT_SLICES(
      "/apis/discovery.k8s.io/v1/endpointslices", "discovery.k8s.io/v1", "EndpointSlice"),
  NODES("/api/v1/nodes", "v1", "Node");

  private final String path;
  private final String apiVersion;
  private final String kind;

  ApiResource(String path, String apiVersion, String kind) {
    this.path = path;
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  /** Where all of them are listed and watched. */
  public String path() {
    return path;
  }

  public String apiVersion() {
    return apiVersion;
  }

  public String kind() {
    return kind;
  }

  static Optional<ApiResource> at(String path) {
    for (ApiResource resource : values()) {
      if (resource.path.equals(path)) {
        return Optional.of(resource);
      }
    }
    return Optional.empty();
  }
}
