package dev.sluice.watcher;

import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Manifests for tests, as a user would write them. */
public final class Manifests {
  private Manifests() {}

  /** A Service of namespace shop with one port. */
  public static String service(String name, int port) {
    return """
        apiVersion: v1
        kind: Service
        metadata:
          name: %s
          namespace: shop
        spec:
          clusterIP: 10.96.0.1
          ports:
          - port: %d
        """
        .formatted(name, port);
  }

  /** As many Services as asked for, named svc-0 and on. */
  public static String services(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> service("svc-" + i, 80))
        .collect(Collectors.joining("---\n"));
  }

  /** A slice of the Service web with one endpoint. */
  public static String slice(String name, String address) {
    return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: %s
          namespace: shop
          labels:
            kubernetes.io/service-name: web
        addressType: IPv4
        endpoints:
        - addresses: [%s]
        ports:
        - port: 8080
        """
        .formatted(name, address);
  }

  /** The only object of a manifest, as a version of the API server. */
  public static ObservedObject observed(String manifest, String resourceVersion) {
    ObservedObject object = ManifestFile.parse(manifest).objects().getFirst();
    return new ObservedObject(object.object(), resourceVersion, object.triggerTime());
  }
}
