package dev.sluice.applier.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardingTableTest {
  private final ClusterImage shop = TestClusters.example("shop");
  private final ForwardingTable table = new ForwardingTable("node-1");

  private List<VirtualServer> servers(String service) {
    return table.virtualServers(shop, ServiceName.parse(service));
  }

  /** The virtual servers of a Service with one port, 80, and these slices. */
  private List<VirtualServer> serviceWith(String slices) {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: s, namespace: n}
        spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
        ---
        """;
    return table.virtualServers(TestClusters.parse(service + slices), ServiceName.parse("n/s"));
  }

  private static List<String> destinations(VirtualServer server) {
    return server.verdict() instanceof Balance balance
        ? balance.destinations().stream().map(Destination::toString).toList()
        : List.of();
  }

  @Test
  void eachPortAndFamilyHasItsFrontEnds() {
    List<VirtualServer> web = servers("shop/web");

    assertThat(web)
        .extracting(VirtualServer::family)
        .containsExactly(IpFamily.IPV4, IpFamily.IPV4, IpFamily.IPV6, IpFamily.IPV6);
    assertThat(web.get(1).frontEnd()).isEqualTo(new FrontEnd.NodePort(30080));
    assertThat(servers("kube-system/kube-dns")).hasSize(3);
  }

  @Test
  void onlyReadyEndpointsAreUsedWhileThereIsOne() {
    assertThat(destinations(servers("shop/web").getFirst()))
        .containsExactly("10.244.1.11:8080", "10.244.2.11:8080", "10.244.2.12:8080");
    assertThat(destinations(servers("shop/web").getLast()))
        .containsExactly("[fd00:10:244:1::11]:8080", "[fd00:10:244:2::11]:8080");
  }

  @Test
  void endpointsOfThisNodeAreLocal() {
    Balance balance = (Balance) servers("shop/web").getFirst().verdict();

    assertThat(balance.destinations())
        .extracting(Destination::local)
        .containsExactly(true, false, false);
  }

  @Test
  void withoutAReadyEndpointThoseThatStillServeAreUsed() {
    List<VirtualServer> servers =
        serviceWith(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-1, namespace: n, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints:
              - {addresses: [10.0.0.1], conditions: {ready: false, serving: true, terminating: true}}
              - {addresses: [10.0.0.2], conditions: {ready: false, serving: false, terminating: true}}
              - {addresses: [10.0.0.3], conditions: {ready: false, serving: true}}
            """);

    assertThat(destinations(servers.getFirst())).containsExactly("10.0.0.1:8080");
  }

  @Test
  void anEndpointInTwoSlicesCountsOnceAndItsReadyCopyWins() {
    List<VirtualServer> servers =
        serviceWith(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-1, namespace: n, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints:
              - {addresses: [10.0.0.1], conditions: {ready: false, serving: true, terminating: true}}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-2, namespace: n, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints:
              - {addresses: [10.0.0.1]}
              - {addresses: [10.0.0.1, 10.0.0.99]}
            """);

    assertThat(destinations(servers.getFirst())).containsExactly("10.0.0.1:8080");
  }

  @Test
  void slicePortsMatchByNameNotByNumber() {
    ClusterImage image =
        TestClusters.parse(
            """
            {apiVersion: v1, kind: Service, metadata: {name: s, namespace: n},
             spec: {clusterIP: 10.96.0.1, ports: [{name: a, port: 80}, {name: b, port: 81}]}}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-1, namespace: n, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            ports: [{name: b, port: 80}, {name: a, port: 8080}, {name: c}]
            endpoints: [{addresses: [10.0.0.1]}]
            """);

    assertThat(table.virtualServers(image, ServiceName.parse("n/s")))
        .extracting(ForwardingTableTest::destinations)
        .containsExactly(List.of("10.0.0.1:8080"), List.of("10.0.0.1:80"));
  }

  @Test
  void aServiceWithoutEndpointsIsRejected() {
    assertThat(servers("shop/closed"))
        .extracting(VirtualServer::verdict)
        .containsExactly(new Reject(), new Reject());
  }

  @Test
  void servicesThatAreNoneOfOursHaveNoVirtualServers() {
    for (String name : List.of("database", "payments", "meshed", "unknown")) {
      assertThat(servers("shop/" + name)).as(name).isEmpty();
    }
  }

  @Test
  void slicesOfHeadlessServicesAndOfOtherProxiesAreIgnored() {
    List<VirtualServer> servers =
        serviceWith(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: s-1
              namespace: n
              labels: {kubernetes.io/service-name: s, service.kubernetes.io/headless: ""}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints: [{addresses: [10.0.0.1]}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: s-2
              namespace: n
              labels: {kubernetes.io/service-name: s, service.kubernetes.io/service-proxy-name: x}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints: [{addresses: [10.0.0.2]}]
            """);

    assertThat(servers).extracting(VirtualServer::verdict).containsExactly(new Reject());
  }
}
