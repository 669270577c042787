package dev.sluice.applier.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ServiceName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {
  private static final ServiceName NAME = ServiceName.parse("shop/web");
  private static final String ASKED = "externalTrafficPolicy: Local\n  healthCheckNodePort: 32080";
  private static final String HERE = "nodeName: node-1}";

  private static Optional<ServiceHealth> health(String spec, String... slices) {
    String service =
        """
        apiVersion: v1
        kind: Node
        metadata: {name: node-1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          clusterIPs: [10.96.0.1, "fd00::1"]
          ports: [{name: http, port: 80}, {name: admin, port: 81}]
          SPEC
        """
            .replace("SPEC", spec);
    ClusterImage image = TestClusters.parse(service + String.join("", slices));
    return ServiceHealth.of(
        NAME,
        new ForwardingTable("node-1").virtualServers(image, NAME),
        image.slices(NAME),
        "node-1");
  }

  private static String slice(String family, String... endpoints) {
    return """
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: FAMILY-NUMBER, namespace: shop, labels: {kubernetes.io/service-name: web}}
    addressType: FAMILY
    ports: [{name: http, port: 8080}, {name: admin, port: 8081}]
    endpoints: [ENDPOINTS]
    """
        .replace(
            "FAMILY-NUMBER", "web-" + Integer.toHexString(String.join("", endpoints).hashCode()))
        .replace("FAMILY", family)
        .replace("ENDPOINTS", String.join(", ", endpoints));
  }

  private static int localEndpoints(String... slices) {
    return health(ASKED, slices).orElseThrow().localEndpoints();
  }

  @Test
  void nobodyAsksForAServiceWithoutAPortForIt() {
    assertThat(health("externalTrafficPolicy: Local")).isEmpty();
    assertThat(health("healthCheckNodePort: 32080")).as("policy Cluster").isEmpty();
  }

  @Test
  void endpointsOfThisNodeCountOnceForAllPorts() {
    assertThat(health(ASKED, slice("IPv4", "{addresses: [10.0.0.1], " + HERE)))
        .contains(new ServiceHealth(NAME, 32080, 1));
    assertThat(
            localEndpoints(
                slice("IPv4", "{addresses: [10.0.0.1], " + HERE, "{addresses: [10.0.0.2], " + HERE),
                slice("IPv4", "{addresses: [10.0.0.2], " + HERE)))
        .as("one stands in two slices")
        .isEqualTo(2);
  }

  @Test
  void endpointsElsewhereAndThoseNotReadyDoNotCount() {
    assertThat(localEndpoints()).isZero();
    assertThat(localEndpoints(slice("IPv4", "{addresses: [10.0.0.1], nodeName: node-2}"))).isZero();
    assertThat(localEndpoints(slice("IPv4", "{addresses: [10.0.0.1]}"))).isZero();
    assertThat(
            localEndpoints(
                slice(
                    "IPv4",
                    "{addresses: [10.0.0.1], conditions: {ready: false, serving: true,"
                        + " terminating: true}, "
                        + HERE)))
        .as("it serves and is used, but drains")
        .isZero();
  }

  @Test
  void aPodWithAnAddressOfEachFamilyIsOneEndpoint() {
    assertThat(
            localEndpoints(
                slice("IPv4", "{addresses: [10.0.0.1], " + HERE),
                slice("IPv6", "{addresses: [\"fd00::11\"], " + HERE)))
        .isEqualTo(1);
    assertThat(localEndpoints(slice("IPv6", "{addresses: [\"fd00::11\"], " + HERE)))
        .as("IPv6 alone")
        .isEqualTo(1);
  }
}
