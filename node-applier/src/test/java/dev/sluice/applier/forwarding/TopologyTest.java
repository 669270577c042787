package dev.sluice.applier.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which endpoints node-1 in zone-a uses, by their hints. */
class TopologyTest {
  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: node-1, labels: {topology.kubernetes.io/zone: zone-a}}
      """;
  private static final String NODE_WITHOUT_ZONE =
      """
      {apiVersion: v1, kind: Node, metadata: {name: node-1}}
      """;
  private static final String CLUSTER = "Cluster";
  private static final String LOCAL = "Local";

  /** What the ClusterIP of a Service with these endpoints leads to. */
  private static List<String> used(String node, String policy, String... endpoints) {
    String manifests =
        node
            + """
              ---
              apiVersion: v1
              kind: Service
              metadata: {name: s, namespace: n}
              spec: {clusterIP: 10.96.0.1, internalTrafficPolicy: POLICY, ports: [{port: 80}]}
              ---
              apiVersion: discovery.k8s.io/v1
              kind: EndpointSlice
              metadata: {name: s-1, namespace: n, labels: {kubernetes.io/service-name: s}}
              addressType: IPv4
              ports: [{port: 8080}]
              endpoints: [ENDPOINTS]
              """
                .replace("POLICY", policy)
                .replace("ENDPOINTS", String.join(", ", endpoints));
    Verdict verdict =
        new ForwardingTable("node-1")
            .virtualServers(TestClusters.parse(manifests), ServiceName.parse("n/s"))
            .getFirst()
            .verdict();
    return verdict instanceof Balance balance
        ? balance.destinations().stream().map(d -> d.address().toString()).toList()
        : List.of();
  }

  private static String endpoint(int number, String node, String more) {
    return "{addresses: [10.0.0.%d], nodeName: %s%s}".formatted(number, node, more);
  }

  private static String zone(String... names) {
    return hints("forZones: " + named(names));
  }

  private static String node(String... names) {
    return hints("forNodes: " + named(names));
  }

  private static String hints(String hints) {
    return ", hints: {" + hints + "}";
  }

  private static List<String> named(String... names) {
    return List.of(names).stream().map(name -> "{name: " + name + "}").toList();
  }

  @Test
  void thoseHintedForItsZoneAreUsed() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-2", zone("zone-b", "zone-a")),
                endpoint(2, "node-1", zone("zone-b"))))
        .containsExactly("10.0.0.1");
  }

  @Test
  void thoseHintedForTheNodeAreUsed() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-2", node("node-1", "node-2")),
                endpoint(2, "node-1", node("node-3"))))
        .containsExactly("10.0.0.1");
  }

  @Test
  void hintsForTheNodeGoBeforeThoseForItsZone() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(
                    1, "node-1", hints("forNodes: [{name: node-1}], forZones: [{name: zone-b}]")),
                endpoint(
                    2, "node-2", hints("forNodes: [{name: node-2}], forZones: [{name: zone-a}]"))))
        .containsExactly("10.0.0.1");
  }

  @Test
  void whereNoHintNamesTheNodeThoseForItsZoneCount() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(
                    1, "node-2", hints("forNodes: [{name: node-2}], forZones: [{name: zone-a}]")),
                endpoint(
                    2, "node-3", hints("forNodes: [{name: node-3}], forZones: [{name: zone-b}]"))))
        .containsExactly("10.0.0.1");
  }

  @Test
  void whereOneLacksItsHintForANodeThoseForTheZoneCount() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(
                    1, "node-1", hints("forNodes: [{name: node-1}], forZones: [{name: zone-b}]")),
                endpoint(2, "node-2", zone("zone-a"))))
        .containsExactly("10.0.0.2");
  }

  @Test
  void whereOneLacksItsHintAllAreUsed() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-1", zone("zone-a")),
                endpoint(2, "node-2", zone("zone-b")),
                endpoint(3, "node-3", "")))
        .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void whereNoHintNamesTheNodeOrItsZoneAllAreUsed() {
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-2", zone("zone-b")),
                endpoint(2, "node-3", zone("zone-c"))))
        .containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aNodeWithoutAZoneOrNotYetKnownUsesAll() {
    String[] endpoints = {
      endpoint(1, "node-1", zone("zone-a")), endpoint(2, "node-2", zone("zone-b"))
    };

    assertThat(used(NODE_WITHOUT_ZONE, CLUSTER, endpoints)).hasSize(2);
    assertThat(used("", CLUSTER, endpoints)).hasSize(2);
  }

  @Test
  void onlyTheHintsOfReadyEndpointsCount() {
    String terminating = ", conditions: {ready: false, serving: true, terminating: true}";
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-2", zone("zone-a")),
                endpoint(2, "node-3", zone("zone-b")),
                endpoint(3, "node-3", terminating)))
        .containsExactly("10.0.0.1");
    assertThat(
            used(
                NODE,
                CLUSTER,
                endpoint(1, "node-2", zone("zone-a") + terminating),
                endpoint(2, "node-3", zone("zone-b") + terminating)))
        .as("all terminating")
        .containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void policyLocalDoesNotReadThem() {
    assertThat(
            used(
                NODE,
                LOCAL,
                endpoint(1, "node-1", zone("zone-b")),
                endpoint(2, "node-1", zone("zone-a")),
                endpoint(3, "node-2", zone("zone-a"))))
        .containsExactly("10.0.0.1", "10.0.0.2");
  }
}
