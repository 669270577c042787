package dev.sluice.local.system;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Manifests for tests, as kubectl would print them, cut down to what a proxy reads. */
final class Manifests {
  static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata:
        name: node-1
        labels: { topology.kubernetes.io/zone: zone-a }
      spec:
        podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"]
      status:
        addresses:
          - { type: InternalIP, address: 172.20.0.1 }
          - { type: InternalIP, address: "fd00:172:20::1" }
      """;

  static final String OTHER_NODE = NODE.replace("node-1", "node-2");

  /** Dual-stack, with an endpoint of each family. */
  static final String WEB =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web, namespace: shop }
      spec:
        type: NodePort
        clusterIP: 10.96.0.80
        clusterIPs: [10.96.0.80, "fd00:10:96::80"]
        ports:
          - { name: http, protocol: TCP, port: 80, targetPort: 8080, nodePort: 30080 }
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: web-ipv4
        namespace: shop
        labels: { kubernetes.io/service-name: web }
      addressType: IPv4
      ports:
        - { name: http, protocol: TCP, port: 8080 }
      endpoints:
        - { addresses: [10.244.1.2], nodeName: node-1 }
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: web-ipv6
        namespace: shop
        labels: { kubernetes.io/service-name: web }
      addressType: IPv6
      ports:
        - { name: http, protocol: TCP, port: 8080 }
      endpoints:
        - { addresses: ["fd00:10:244:1::2"], nodeName: node-1 }
      """;

  private Manifests() {}

  /** An IPv4 Service with port 80. */
  static String service(String name, String clusterIp) {
    return """
    apiVersion: v1
    kind: Service
    metadata: { name: %s, namespace: shop }
    spec:
      clusterIP: %s
      ports:
        - { protocol: TCP, port: 80, targetPort: 8080 }
    """
        .formatted(name, clusterIp);
  }

  /** The one slice, of the same name, of a Service as {@link #service} gives it. */
  static String slice(String service, String... addresses) {
    String endpoints =
        Arrays.stream(addresses)
            .map("  - { addresses: [%s], nodeName: node-1 }\n"::formatted)
            .collect(Collectors.joining());
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: %s
      namespace: shop
      labels: { kubernetes.io/service-name: %s }
    addressType: IPv4
    ports:
      - { protocol: TCP, port: 8080 }
    endpoints:
    %s\
    """
        .formatted(service, service, endpoints);
  }
}
