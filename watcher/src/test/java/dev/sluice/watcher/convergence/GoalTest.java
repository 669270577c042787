package dev.sluice.watcher.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.Fleet;
import dev.sluice.events.report.Latencies;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeHealth;
import dev.sluice.events.report.NodeReport;
import dev.sluice.watcher.convergence.Goal.Missing;
import dev.sluice.watcher.convergence.Question.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final IpAddress POD = IpAddress.parse("10.244.1.2");
  private static final String READY = "ready: true";
  private static final String TERMINATING = "ready: false, serving: true, terminating: true";

  private final Fleet fleet = new Fleet();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private long revision;

  @BeforeEach
  void twoNodes() {
    publish(
        """
        { apiVersion: v1, kind: Node, metadata: { name: node-1 } }
        ---
        { apiVersion: v1, kind: Node, metadata: { name: node-2 } }
        """);
  }

  @Test
  void aRevisionIsThereWhenEveryLiveNodeHasIt() {
    Goal goal = new Goal(new Subject.HasRevision(2), now);
    assertThat(look(goal).reason()).contains("no node is live");
    report("node-1", 2);
    report("node-2", 1);
    assertThat(look(goal).behind()).extracting(n -> n.report().node()).containsExactly("node-2");
    report("node-2", 3);

    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void theHookMayComeBeforeTheChangeThatItIsAbout() {
    web(READY, "10.244.2.9");
    all(revision);
    Goal goal = dropped();
    assertThat(look(goal).reason().orElseThrow()).contains("ready endpoint of Service/shop/web");

    web(TERMINATING, "10.244.2.9");
    long change = revision;
    assertThat(look(goal).target()).isEqualTo(OptionalLong.of(change));
    assertThat(look(goal).behind()).hasSize(2);
    all(change);
    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void whatChangesAfterwardsIsNotWaitedFor() {
    web(TERMINATING, "10.244.2.9");
    long change = revision;
    Goal goal = dropped();
    assertThat(look(goal).nothing()).isFalse();
    publish("{ apiVersion: v1, kind: Node, metadata: { name: node-3 } }");
    all(change);

    assertThat(look(goal).target()).isEqualTo(OptionalLong.of(change));
    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void oneThatComesBackIntoUseIsWaitedForAnew() {
    web(TERMINATING, "10.244.2.9");
    Goal goal = dropped();
    assertThat(look(goal).target()).isPresent();
    web(READY, "10.244.2.9");
    all(revision);
    assertThat(look(goal).nothing()).isFalse();
    web(TERMINATING, "10.244.2.9");
    assertThat(look(goal).target()).isEqualTo(OptionalLong.of(revision));
  }

  @Test
  void oneThatNothingReplacesIsStillUsed() {
    web(TERMINATING);
    all(revision);

    assertThat(look(dropped()).reason().orElseThrow()).contains("no ready endpoint to replace it");
  }

  @Test
  void oneThatIsGoneFromItsSliceWhileItIsWaitedForIsDropped() {
    web(READY, "10.244.2.9");
    Goal goal = dropped();
    assertThat(look(goal).nothing()).isFalse();
    delete(ObjectKey.endpointSlice("shop", "web"));
    all(revision);

    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void anAddressThatNoServiceHasIsBelievedOnlyAfterAWhile() {
    all(revision);
    Goal goal = dropped();
    assertThat(look(goal).reason().orElseThrow()).contains("may be about to come");
    now = now.plus(Goal.SETTLING);
    all(revision);
    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void oneThatComesLateIsWaitedForAfterAll() {
    all(revision);
    Goal goal = dropped();
    assertThat(look(goal).nothing()).isFalse();
    web(READY, "10.244.2.9");
    now = now.plus(Goal.SETTLING);
    all(revision);

    assertThat(look(goal).reason().orElseThrow()).contains("ready endpoint");
  }

  @Test
  void aNodeWhoseKernelRefusesTheServiceStillForwardsAsBefore() {
    web(TERMINATING, "10.244.2.9");
    all(revision);
    Goal goal = dropped();
    report("node-2", revision, Map.of("Service/shop/web IPv4", "EINVAL"));
    assertThat(look(goal).behind()).extracting(n -> n.report().node()).containsExactly("node-2");

    report("node-2", revision, Map.of("Service/shop/web-2 IPv4", "EINVAL"));
    assertThat(look(goal).nothing()).isTrue();
  }

  @Test
  void nodesThatDoNotLiveAreNotWaitedFor() {
    web(TERMINATING, "10.244.2.9");
    report("node-1", revision);

    assertThat(look(dropped()).nothing()).isTrue();
  }

  private Goal dropped() {
    return new Goal(new Subject.HasDropped(Set.of(POD)), now);
  }

  private Missing look(Goal goal) {
    return goal.look(fleet, fleet.at(now), now);
  }

  private void all(long applied) {
    report("node-1", applied);
    report("node-2", applied);
  }

  private void report(String node, long applied) {
    report(node, applied, Map.of());
  }

  private void report(String node, long applied, Map<String, String> errors) {
    fleet.fold(
        new NodeEntry.Reported(
            new NodeReport(
                node,
                "c0ffee",
                1,
                Optional.of(new AppliedProgram(applied, now, now, "iptables", Map.of(), 1)),
                NodeHealth.of(true, Optional.empty(), errors),
                Latencies.NONE,
                now,
                10_000,
                false)),
        now);
  }

  private void web(String conditions, String... others) {
    List<String> endpoints = new ArrayList<>();
    endpoints.add("{ addresses: [%s], conditions: { %s } }".formatted(POD, conditions));
    for (String other : others) {
      endpoints.add("{ addresses: [%s] }".formatted(other));
    }
    publish(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: web, namespace: shop }
        spec: { clusterIP: 10.96.0.80, ports: [{ port: 80 }] }
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: web, namespace: shop, labels: { kubernetes.io/service-name: web } }
        addressType: IPv4
        ports: [{ port: 8080 }]
        endpoints: [%s]
        """
            .formatted(String.join(", ", endpoints)));
  }

  private void publish(String manifests) {
    List<StateEntry> entries = new ArrayList<>();
    ManifestFile.parse(manifests)
        .objects()
        .forEach(
            one ->
                entries.add(
                    new ObjectState(one.object().key(), next(), Optional.of(one.object()))));
    assertThat(entries).isNotEmpty();
    entries.add(head());
    fleet.foldState(entries);
  }

  private void delete(ObjectKey key) {
    fleet.foldState(List.of(new ObjectState(key, next(), Optional.empty()), head()));
  }

  private HeadState head() {
    return new HeadState(new Head("c0ffee", 1, revision, true, Optional.empty()));
  }

  private Revision next() {
    return new Revision(++revision, 1, "c0ffee", now, Cause.OBSERVED, "", Optional.empty());
  }
}
