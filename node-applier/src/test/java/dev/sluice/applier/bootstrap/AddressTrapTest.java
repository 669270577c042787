package dev.sluice.applier.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.bootstrap.AddressTrap.Finding;
import dev.sluice.applier.cli.TestClusters;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTrapTest {
  private static final List<Cidr> RANGES =
      List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:10:96::/112"));
  private static final NameResolution OF_THE_NODE =
      NameResolution.of("nameserver 192.0.2.53\nsearch example.com\n", "127.0.0.1 localhost\n");
  private static final NameResolution OF_THE_CLUSTER =
      NameResolution.of(
          """
          search shop.svc.cluster.local svc.cluster.local cluster.local
          nameserver 10.96.0.10
          options ndots:5
          """,
          "127.0.0.1 localhost # ours\n192.0.2.9 kafka-0.kafka.svc Kafka-1 # pinned\n");
  private static final ClusterImage IMAGE =
      TestClusters.parse(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: kafka, namespace: shop}
          spec:
            clusterIP: 10.96.0.80
            clusterIPs: [10.96.0.80]
            ports: [{port: 9092, protocol: TCP}]
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: dns, namespace: kube-system}
          spec:
            clusterIP: 10.96.0.10
            clusterIPs: [10.96.0.10]
            ports: [{port: 53, protocol: UDP}]
          """);

  private static AddressTrap trap(List<Cidr> ranges, NameResolution names) {
    return new AddressTrap(ranges, names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.96.0.80", "10.111.255.255", "fd00:10:96::80"})
  void anAddressOfServicesIsRefused(String host) {
    assertThat(trap(RANGES, OF_THE_NODE).byName(List.of("192.0.2.1", host)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.refused()).isTrue();
              assertThat(finding.reason())
                  .contains(host, "is within the Service range", "a node that has no rules yet");
            });
  }

  @Test
  void othersAreNot() {
    List<String> hosts = List.of("192.0.2.1", "kafka.example.com", "kafka", "localhost", "fd00::1");

    assertThat(trap(RANGES, OF_THE_NODE).byName(hosts)).isEmpty();
    assertThat(trap(List.of(), OF_THE_NODE).byName(List.of("10.96.0.80"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kafka.shop.svc", "kafka.shop.svc.cluster.local", "K.Shop.SVC.k8s.example."})
  void aNameOfClusterDnsIsWarnedOfWhereOthersMayResolveItToo(String host) {
    assertThat(trap(RANGES, OF_THE_NODE).byName(List.of(host)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.refused()).isFalse();
              assertThat(finding.reason()).contains(host, "one of cluster DNS");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.shop.svc", "kafka.example.com", "kafka"})
  void anyNameIsRefusedWhereOnlyAServiceResolvesNames(String host) {
    assertThat(trap(RANGES, OF_THE_CLUSTER).byName(List.of(host)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.refused()).isTrue();
              assertThat(finding.reason()).contains(host, "10.96.0.10 alone");
            });
  }

  @Test
  void butNotOneThatNobodyNeedsToBeAskedFor() {
    List<String> pinned = List.of("kafka-0.kafka.svc", "kafka-1", "localhost");

    assertThat(trap(RANGES, OF_THE_CLUSTER).byName(pinned)).isEmpty();
  }

  @Test
  void aShortNameIsWarnedOfWhereClusterDnsMayCompleteIt() {
    AddressTrap trap = trap(List.of(), OF_THE_CLUSTER);

    assertThat(trap.byName(List.of("kafka")))
        .singleElement()
        .extracting(Finding::reason)
        .asString()
        .contains("may be completed with shop.svc.cluster.local");
    assertThat(trap.byName(List.of("kafka.example.com"))).isEmpty();
  }

  @Test
  void onceServicesAreKnownTheirAddressesAreWarnedOf() {
    Map<String, Set<IpAddress>> brokers =
        Map.of(
            "kafka.example.com", Set.of(IpAddress.parse("10.96.0.80")),
            "192.0.2.1", Set.of(IpAddress.parse("192.0.2.1")));

    assertThat(trap(List.of(), OF_THE_NODE).byAddress(brokers, IMAGE))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.refused()).isFalse();
              assertThat(finding.reason())
                  .contains(
                      "10.96.0.80 (kafka.example.com) is the ClusterIP of Service shop/kafka");
            });
    assertThat(trap(RANGES, OF_THE_NODE).byAddress(brokers, ClusterImage.EMPTY))
        .extracting(Finding::reason)
        .singleElement()
        .asString()
        .contains("10.96.0.80 (kafka.example.com) is within the Service range 10.96.0.0/12");
  }

  @Test
  void soIsANameserverThatIsAService() {
    Map<String, Set<IpAddress>> named =
        Map.of("kafka.example.com", Set.of(IpAddress.parse("192.0.2.1")));
    Map<String, Set<IpAddress>> literal = Map.of("192.0.2.1", Set.of(IpAddress.parse("192.0.2.1")));

    assertThat(trap(List.of(), OF_THE_CLUSTER).byAddress(named, IMAGE))
        .extracting(Finding::reason)
        .singleElement()
        .asString()
        .contains("resolved by 10.96.0.10 alone (Service kube-system/dns)");
    assertThat(trap(List.of(), OF_THE_CLUSTER).byAddress(literal, IMAGE)).isEmpty();
    assertThat(trap(List.of(), OF_THE_NODE).byAddress(named, IMAGE)).isEmpty();
  }
}
