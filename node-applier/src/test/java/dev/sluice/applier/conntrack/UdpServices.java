package dev.sluice.applier.conntrack;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Clusters of Services as tests write them. */
final class UdpServices {
  static final ServiceName DNS = new ServiceName("default", "dns");

  static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {namespace: default, name: dns}
      spec:
        type: NodePort
        clusterIPs: [10.96.0.10, "fd00:10:96::a"]
        ports:
          - {name: dns, protocol: UDP, port: 53, nodePort: 30053}
          - {name: dns-tcp, protocol: TCP, port: 53, nodePort: 30053}
      """;

  private UdpServices() {}

  /** A slice of the Service whose endpoints are given in the API's terms. */
  static String slice(String... endpoints) {
    String head =
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {namespace: default, name: dns-1, labels: {kubernetes.io/service-name: dns}}
        addressType: IPv4
        ports: [{name: dns, protocol: UDP, port: 5353}, {name: dns-tcp, protocol: TCP, port: 5353}]
        endpoints:
        """;
    return head + String.join("", List.of(endpoints));
  }

  static String ready(String address) {
    return endpoint(address, "ready: true");
  }

  static String endpoint(String address, String conditions) {
    return "  - {addresses: [%s], conditions: {%s}}\n".formatted(address, conditions);
  }

  static ClusterImage image(String... manifests) {
    ManifestFile file = ManifestFile.parse(String.join("---\n", manifests));
    if (!file.problems().isEmpty()) {
      throw new IllegalArgumentException(file.problems().toString());
    }
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    long number = 0;
    for (ObservedObject observed : file.objects()) {
      ClusterObject object = observed.object();
      ObjectKey key = object.key();
      Revision revision =
          new Revision(++number, 1, "test", Instant.EPOCH, Cause.RESYNC, "", Optional.empty());
      delta.replay(new StateEntry.ObjectState(key, revision, Optional.of(object)));
    }
    return delta.apply();
  }

  /** What a node forwards for the Service. */
  static Map<ServiceName, List<VirtualServer>> servers(ClusterImage image) {
    return Map.of(DNS, new ForwardingTable("node-1").virtualServers(image, DNS));
  }

  static UdpService udp(ClusterImage image) {
    return UdpService.of(servers(image).getOrDefault(DNS, List.of()), image.slices(DNS));
  }
}
