package dev.sluice.applier.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What node-1 does with each kind of front end, by policy and by where endpoints are. */
class TrafficPolicyTest {
  private static final String READY_HERE = "{addresses: [10.0.0.1], nodeName: node-1}";
  private static final String READY_ELSEWHERE = "{addresses: [10.0.0.2], nodeName: node-2}";
  private static final String TERMINATING = "conditions: {ready: false, terminating: true}}";
  private static final String TERMINATING_HERE =
      "{addresses: [10.0.0.3], nodeName: node-1, " + TERMINATING;
  private static final String TERMINATING_ELSEWHERE =
      "{addresses: [10.0.0.4], nodeName: node-2, " + TERMINATING;

  /** Of a Service with every kind of front end: the ClusterIP comes first. */
  private static List<VirtualServer> servers(String spec, String... endpoints) {
    String manifests =
        """
        apiVersion: v1
        kind: Node
        metadata: {name: node-1}
        status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: s, namespace: n}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.1
          externalIPs: [198.51.100.1, "2001:db8::1"]
          ports: [{port: 80, nodePort: 30080}]
          SPEC
        status:
          loadBalancer:
            ingress: [{ip: 203.0.113.1}, {ip: 203.0.113.2, ipMode: Proxy}, {ip: "2001:db8::2"}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: s-1, namespace: n, labels: {kubernetes.io/service-name: s}}
        addressType: IPv4
        ports: [{port: 8080}]
        endpoints: [ENDPOINTS]
        """
            .replace("SPEC", spec)
            .replace("ENDPOINTS", String.join(", ", endpoints));
    return new ForwardingTable("node-1")
        .virtualServers(TestClusters.parse(manifests), ServiceName.parse("n/s"));
  }

  private static List<VirtualServer> external(String... endpoints) {
    return servers("externalTrafficPolicy: Local", endpoints).stream().skip(1).toList();
  }

  private static List<String> addresses(Verdict verdict) {
    return verdict instanceof Balance balance
        ? balance.destinations().stream().map(d -> d.address().toString()).toList()
        : List.of();
  }

  @Test
  void addressesOfTheOtherFamilyAndThoseInProxyModeAreNoFrontEnds() {
    assertThat(servers("", READY_HERE))
        .extracting(server -> server.frontEnd().toString())
        .satisfiesExactly(
            first -> assertThat(first).contains("10.96.0.1"),
            second -> assertThat(second).contains("198.51.100.1"),
            third -> assertThat(third).contains("203.0.113.1"),
            fourth -> assertThat(fourth).contains("30080"));
  }

  @Test
  void healthIsAskedForWhereLoadBalancersMustKnowWhoHasEndpoints() {
    assertThat(servers("externalTrafficPolicy: Local\n  healthCheckNodePort: 32000").getLast())
        .isEqualTo(
            new VirtualServer(
                new ServicePortName(ServiceName.parse("n/s"), "", Protocol.TCP),
                IpFamily.IPV4,
                new FrontEnd.HealthCheckNodePort(32000),
                new Verdict.Accept()));
    assertThat(servers("healthCheckNodePort: 32000"))
        .as("with policy Cluster every node is as good as the others")
        .noneMatch(server -> server.frontEnd() instanceof FrontEnd.HealthCheckNodePort);
  }

  @Test
  void policyClusterTreatsEverybodyAlikeAndMasquerades() {
    assertThat(servers("", READY_HERE, READY_ELSEWHERE))
        .allSatisfy(
            server -> {
              assertThat(addresses(server.verdict())).containsExactly("10.0.0.1", "10.0.0.2");
              assertThat(server.fromCluster()).isEmpty();
              assertThat(server.keepsSource()).isFalse();
            });
  }

  @Test
  void externalLocalServesOutsideFromHereAndTheClusterFromAnywhere() {
    assertThat(external(READY_HERE, READY_ELSEWHERE))
        .hasSize(3)
        .allSatisfy(
            server -> {
              assertThat(addresses(server.verdict())).containsExactly("10.0.0.1");
              assertThat(addresses(server.fromCluster().orElseThrow()))
                  .containsExactly("10.0.0.1", "10.0.0.2");
              assertThat(server.keepsSource()).isTrue();
            });
  }

  @Test
  void externalLocalLeavesTheClusterIpAlone() {
    VirtualServer clusterIp =
        servers("externalTrafficPolicy: Local", READY_HERE, READY_ELSEWHERE).getFirst();

    assertThat(addresses(clusterIp.verdict())).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void externalLocalDropsOutsideWhereEndpointsAreElsewhereOnly() {
    assertThat(external(READY_ELSEWHERE))
        .allSatisfy(
            server -> {
              assertThat(server.verdict()).isEqualTo(new Drop());
              assertThat(addresses(server.fromCluster().orElseThrow())).containsExactly("10.0.0.2");
            });
    assertThat(external(TERMINATING_ELSEWHERE))
        .extracting(VirtualServer::verdict)
        .containsOnly(new Drop());
  }

  @Test
  void withoutAnyEndpointEverybodyIsRejected() {
    assertThat(external())
        .allSatisfy(
            server -> {
              assertThat(server.verdict()).isEqualTo(new Reject());
              assertThat(server.fromCluster()).isEqualTo(Optional.of(new Reject()));
            });
    assertThat(servers("internalTrafficPolicy: Local").getFirst().verdict())
        .isEqualTo(new Reject());
  }

  @Test
  void internalLocalConcernsTheClusterIpAlone() {
    List<VirtualServer> both = servers("internalTrafficPolicy: Local", READY_HERE, READY_ELSEWHERE);

    assertThat(addresses(both.getFirst().verdict())).containsExactly("10.0.0.1");
    assertThat(both.stream().skip(1))
        .allSatisfy(server -> assertThat(addresses(server.verdict())).hasSize(2));
    assertThat(servers("internalTrafficPolicy: Local", READY_ELSEWHERE).getFirst().verdict())
        .isEqualTo(new Drop());
  }

  @Test
  void theLocalSetFallsBackToWhatTerminatesHereThoughOthersAreReadyElsewhere() {
    assertThat(external(TERMINATING_HERE, READY_ELSEWHERE))
        .allSatisfy(
            server -> {
              assertThat(addresses(server.verdict())).containsExactly("10.0.0.3");
              assertThat(addresses(server.fromCluster().orElseThrow())).containsExactly("10.0.0.2");
            });
    assertThat(external(TERMINATING_HERE, READY_HERE))
        .allSatisfy(server -> assertThat(addresses(server.verdict())).containsExactly("10.0.0.1"));
  }

  @Test
  void theTwoSetsAreToldApart() {
    VirtualServer balancer = external(READY_HERE).get(1);

    assertThat(balancer.verdict())
        .isInstanceOfSatisfying(
            Balance.class, local -> assertThat(local.set()).isEqualTo(EndpointSet.LOCAL));
    assertThat(balancer.fromCluster().orElseThrow())
        .isInstanceOfSatisfying(
            Balance.class, all -> assertThat(all.set()).isEqualTo(EndpointSet.CLUSTER));
  }

  @Test
  void sourceRangesLimitLoadBalancerAddressesOnlyAndThoseOfTheOtherFamilyAreLeftOut() {
    List<VirtualServer> limited =
        servers("loadBalancerSourceRanges: [\" 203.0.113.0/24 \", \"2001:db8::/32\"]", READY_HERE);

    assertThat(limited)
        .extracting(VirtualServer::sourceRanges)
        .containsExactly(List.of(), List.of(), List.of(Cidr.parse("203.0.113.0/24")), List.of());
  }

  @Test
  void whereTheNodeIsWithinTheRangesTheAddressItselfIsLetInToo() {
    List<VirtualServer> limited = servers("loadBalancerSourceRanges: [192.0.2.0/24]", READY_HERE);

    assertThat(limited.get(2).sourceRanges())
        .containsExactly(Cidr.parse("192.0.2.0/24"), Cidr.parse("203.0.113.1/32"));
  }
}
