package dev.sluice.events.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.report.Standings.Apart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final IpAddress POD = IpAddress.parse("10.244.1.2");

  private final Fleet fleet = new Fleet();
  private long revision;

  @Test
  void aNodeIsLiveThatHasAnObjectAndAFreshReport() {
    nodes("node-1", "node-2", "node-3");
    report("node-1", 3, NOW.minusSeconds(29));
    report("node-2", 2, NOW.minusSeconds(31));
    report("node-4", 3, NOW);

    Standings standings = fleet.at(NOW);

    assertThat(standings.revision()).isEqualTo(3);
    assertThat(standings.live())
        .singleElement()
        .satisfies(
            live -> {
              assertThat(live.report().node()).isEqualTo("node-1");
              assertThat(live.age()).isEqualTo(Duration.ofSeconds(29));
            });
    assertThat(standings.apart())
        .extracting(Apart::node, Apart::hasObject)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("node-2", true),
            org.assertj.core.groups.Tuple.tuple("node-3", true),
            org.assertj.core.groups.Tuple.tuple("node-4", false));
    assertThat(standings.apart())
        .extracting(Apart::reason)
        .containsExactly(
            "reported 31 s ago, more than three intervals of 10000 ms",
            "has not reported",
            "has no Node object");
  }

  @Test
  void oneThatHasEndedOrReportsOfAnotherClusterIsNotLive() {
    nodes("node-1");
    fleet.fold(new NodeEntry.Reported(NodeSamples.report("report-errors")), NOW); // it leaves
    assertThat(fleet.at(NOW).apart())
        .extracting(Apart::reason)
        .first()
        .asString()
        .contains("has ended");

    report("node-1", 1, NOW);
    assertThat(fleet.at(NOW).live()).hasSize(1);
    fleet.foldState(
        List.of(new StateEntry.HeadState(new Head("other", 1, 1, true, Optional.empty()))));
    assertThat(fleet.at(NOW).apart())
        .extracting(Apart::reason)
        .first()
        .asString()
        .contains("another cluster");
  }

  @Test
  void aRevisionIsReachedWhenEveryLiveNodeHasIt() {
    nodes("node-1", "node-2", "dead");
    assertThat(fleet.at(NOW).reached(0)).as("nobody lives").isFalse();
    report("node-1", 3, NOW);
    report("node-2", 2, NOW);

    assertThat(fleet.at(NOW).reached(2)).isTrue();
    assertThat(fleet.at(NOW).reached(3)).isFalse();
    assertThat(fleet.at(NOW).behind(3))
        .extracting(live -> live.report().node())
        .containsExactly("node-2");
  }

  @Test
  void anAddressIsInUseWhileItIsAReadyEndpoint() {
    web("Cluster", pod("10.244.1.2", "node-1", "ready: true"), other());
    assertThat(fleet.inUse(POD).orElseThrow()).contains("ready endpoint of Service/shop/web");
    assertThat(fleet.services(POD)).hasToString("[shop/web]");

    web("Cluster", pod("10.244.1.2", "node-1", TERMINATING), other());
    assertThat(fleet.inUse(POD)).isEmpty();
    assertThat(fleet.services(POD)).hasToString("[shop/web]");

    web("Cluster", other());
    assertThat(fleet.inUse(POD)).isEmpty();
    assertThat(fleet.services(POD)).isEmpty();
  }

  private static final String TERMINATING = "ready: false, serving: true, terminating: true";

  @Test
  void oneThatTerminatesIsInUseWhileNothingReplacesIt() {
    web("Cluster", pod("10.244.1.2", "node-1", TERMINATING));
    assertThat(fleet.inUse(POD).orElseThrow()).contains("no ready endpoint to replace it");

    web("Cluster", pod("10.244.1.2", "node-1", "ready: false, serving: false, terminating: true"));
    assertThat(fleet.inUse(POD)).isEmpty();
  }

  @Test
  void withPolicyLocalTheReplacementMustBeOnTheSameNode() {
    web("Local", pod("10.244.1.2", "node-1", TERMINATING), other());
    assertThat(fleet.inUse(POD).orElseThrow()).contains("on node node-1");

    web(
        "Local",
        pod("10.244.1.2", "node-1", TERMINATING),
        pod("10.244.1.3", "node-1", "ready: true"));
    assertThat(fleet.inUse(POD)).isEmpty();
  }

  @Test
  void aServiceThatNoProxyServesUsesNothing() {
    web("Cluster", pod("10.244.1.2", "node-1", "ready: true"));
    fleet.foldState(
        List.of(
            new StateEntry.ObjectState(
                ObjectKey.service("shop", "web"), next(), Optional.empty())));

    assertThat(fleet.inUse(POD)).isEmpty();
    assertThat(fleet.inUse(IpAddress.parse("10.244.9.9"))).isEmpty();
  }

  @Test
  void settingsAndReportsOfNodesThatAreLongGoneAreSuperfluous() {
    nodes("node-2");
    report("node-1", 1, NOW);
    fleet.fold(new NodeEntry.Configured(NodeSamples.settings()), NOW);

    assertThat(fleet.superfluous(NOW.minusSeconds(1))).isEmpty();
    assertThat(fleet.superfluous(NOW.plusSeconds(1)))
        .containsExactlyInAnyOrder("node-1", NodeSamples.settings().key());

    fleet.fold(new NodeEntry.Forgotten("node-1"), NOW);
    fleet.fold(new NodeEntry.Forgotten(NodeSamples.settings().key()), NOW);
    assertThat(fleet.superfluous(NOW.plusSeconds(1))).isEmpty();
    assertThat(fleet.settings("node-1")).isEmpty();
  }

  private void report(String node, long applied, Instant seen) {
    fleet.fold(new NodeEntry.Reported(NodeSamples.applied(node, applied)), seen);
  }

  private void nodes(String... names) {
    for (String name : names) {
      publish("{ apiVersion: v1, kind: Node, metadata: { name: %s } }".formatted(name));
    }
  }

  private static String pod(String address, String node, String conditions) {
    return "{ addresses: [%s], nodeName: %s, conditions: { %s } }"
        .formatted(address, node, conditions);
  }

  private static String other() {
    return pod("10.244.2.9", "node-2", "ready: true");
  }

  private void web(String policy, String... endpoints) {
    publish(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: web, namespace: shop }
        spec: { clusterIP: 10.96.0.80, internalTrafficPolicy: %s, ports: [{ port: 80 }] }
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: web, namespace: shop, labels: { kubernetes.io/service-name: web } }
        addressType: IPv4
        ports: [{ port: 8080 }]
        endpoints: [%s]
        """
            .formatted(policy, String.join(", ", endpoints)));
  }

  private void publish(String manifests) {
    ManifestFile file = ManifestFile.parse(manifests);
    assertThat(file.problems()).isEmpty();
    file.objects()
        .forEach(
            observed ->
                fleet.foldState(
                    List.of(
                        new StateEntry.ObjectState(
                            observed.object().key(), next(), Optional.of(observed.object())))));
    fleet.foldState(
        List.of(new StateEntry.HeadState(new Head("c0ffee", 3, revision, true, Optional.empty()))));
  }

  private Revision next() {
    return new Revision(++revision, 3, "c0ffee", NOW, Cause.OBSERVED, "", Optional.empty());
  }
}
