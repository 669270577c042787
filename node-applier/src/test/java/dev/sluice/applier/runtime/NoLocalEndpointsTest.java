package dev.sluice.applier.runtime;

import static dev.sluice.applier.runtime.NoLocalEndpoints.Policy.EXTERNAL;
import static dev.sluice.applier.runtime.NoLocalEndpoints.Policy.INTERNAL;
import static dev.sluice.events.model.IpFamily.IPV4;
import static dev.sluice.events.model.IpFamily.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoLocalEndpointsTest {
  private static final String BOTH_LOCAL =
      "internalTrafficPolicy: Local\n  externalTrafficPolicy: Local";

  private final NoLocalEndpoints counts = new NoLocalEndpoints();

  /** Two ports, each with three external front ends, and an endpoint of IPv4 on that node. */
  private void put(String name, String policies, String endpointsNode) {
    String manifests =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: NAME, namespace: n}
        spec:
          type: LoadBalancer
          clusterIPs: [10.96.0.1, "fd00::1"]
          externalIPs: [198.51.100.1]
          ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30081}]
          POLICIES
        status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: NAME-1, namespace: n, labels: {kubernetes.io/service-name: NAME}}
        addressType: IPv4
        ports: [{name: a, port: 8080}, {name: b, port: 8081}]
        endpoints: [{addresses: [10.0.0.1], nodeName: NODE}]
        """
            .replace("NAME", name)
            .replace("POLICIES", policies)
            .replace("NODE", endpointsNode);
    ClusterImage image = TestClusters.parse(manifests);
    ServiceName service = new ServiceName("n", name);
    counts.replace(service, new ForwardingTable("node-1").virtualServers(image, service));
  }

  @Test
  void eachPortCountsOnceForEachPolicyThatHasNoEndpointHere() {
    put("s", BOTH_LOCAL, "node-2");

    assertThat(counts.count(IPV4, INTERNAL)).isEqualTo(2);
    assertThat(counts.count(IPV4, EXTERNAL)).isEqualTo(2);
    assertThat(counts.count(IPV6, INTERNAL)).as("no endpoint anywhere").isZero();
    assertThat(counts.count(IPV6, EXTERNAL)).as("no endpoint anywhere").isZero();
  }

  @Test
  void policiesCountEachByItself() {
    put("s", "externalTrafficPolicy: Local", "node-2");

    assertThat(counts.count(IPV4, INTERNAL)).isZero();
    assertThat(counts.count(IPV4, EXTERNAL)).isEqualTo(2);
  }

  @Test
  void changesAndTheEndOfAServiceAreTakenAlong() {
    put("s", BOTH_LOCAL, "node-2");
    put("other", BOTH_LOCAL, "node-2");
    assertThat(counts.count(IPV4, INTERNAL)).isEqualTo(4);

    put("s", BOTH_LOCAL, "node-1");
    assertThat(counts.count(IPV4, INTERNAL)).as("one has an endpoint here now").isEqualTo(2);

    put("s", BOTH_LOCAL, "node-2");
    put("s", BOTH_LOCAL, "node-2");
    assertThat(counts.count(IPV4, INTERNAL)).as("the same twice").isEqualTo(4);

    counts.replace(ServiceName.parse("n/s"), List.of());
    counts.replace(ServiceName.parse("n/other"), List.of());
    assertThat(counts.count(IPV4, INTERNAL)).isZero();
    assertThat(counts.count(IPV4, EXTERNAL)).isZero();
  }
}
