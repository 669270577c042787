package dev.sluice.local.conntrack;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The cluster of these tests: one Service, of both families, by UDP and TCP; or none. */
final class Services {
  static final ServiceName DNS = new ServiceName("default", "dns");

  static final ClusterImage NONE = ClusterImage.EMPTY;

  private Services() {}

  /** The Service with these pods as endpoints. */
  static ClusterImage served(Pod... pods) {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {namespace: default, name: dns}
        spec:
          type: LoadBalancer
          clusterIPs: [10.96.0.10, "fd00:10:96::a"]
          externalIPs: [198.51.100.53, "2001:db8:51::53"]
          ports:
            - {name: dns, protocol: UDP, port: 53, nodePort: 30053}
            - {name: dns-tcp, protocol: TCP, port: 53, nodePort: 30053}
        status: {loadBalancer: {ingress: [{ip: 203.0.113.53}, {ip: "2001:db8:113::53"}]}}
        """;
    return image(service + slice("IPv4", pods, Pod::ipv4) + slice("IPv6", pods, Pod::ipv6));
  }

  private interface AddressOf {
    InetAddress get(Pod pod);
  }

  private static String slice(String family, Pod[] pods, AddressOf address) {
    String endpoints =
        Arrays.stream(pods)
            .map(pod -> "  - {addresses: [\"%s\"]}\n".formatted(address.get(pod).getHostAddress()))
            .collect(Collectors.joining());
    return """
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {namespace: default, name: dns-%s, labels: {kubernetes.io/service-name: dns}}
    addressType: %s
    ports: [{name: dns, protocol: UDP, port: 5353}, {name: dns-tcp, protocol: TCP, port: 5353}]
    endpoints:
    %s\
    """
        .formatted(family.toLowerCase(Locale.ROOT), family, endpoints);
  }

  private static ClusterImage image(String manifests) {
    ManifestFile file = ManifestFile.parse(manifests);
    if (!file.problems().isEmpty()) {
      throw new IllegalArgumentException(file.problems().toString());
    }
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    long number = 0;
    for (ObservedObject observed : file.objects()) {
      Revision revision =
          new Revision(++number, 1, "lab", Instant.EPOCH, Cause.RESYNC, "", Optional.empty());
      delta.replay(
          new StateEntry.ObjectState(
              observed.object().key(), revision, Optional.of(observed.object())));
    }
    return delta.apply();
  }
}
