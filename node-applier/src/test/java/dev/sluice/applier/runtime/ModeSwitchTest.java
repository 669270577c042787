package dev.sluice.applier.runtime;

import static dev.sluice.events.model.IpFamily.IPV4;
import static dev.sluice.events.model.IpFamily.IPV6;
import static dev.sluice.events.model.ProxyMode.IPTABLES;
import static dev.sluice.events.model.ProxyMode.IPVS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Ticked;
import dev.sluice.applier.runtime.Reconciler.Work;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** In which order modes take over and give way, and what becomes of changes meanwhile. */
class ModeSwitchTest {
  private final List<String> events = new ArrayList<>();
  private final Set<FrontEnd> gone = new HashSet<>();
  private final FakeModes modes = new FakeModes(events);
  private final MovedClock clock = new MovedClock();
  private Reconciler reconciler = newReconciler();
  private ClusterImage image = ClusterImage.EMPTY;
  private Set<ServiceName> changed = Set.of();
  private long revision;

  private final class Flows implements FlowCleaner {
    @Override
    public void plan(
        ClusterImage image,
        NodePortAddresses nodePorts,
        Map<ServiceName, List<VirtualServer>> changed) {}

    @Override
    public void gone(IpFamily family, Set<FrontEnd> udp) {
      gone.addAll(udp);
    }

    @Override
    public void clean(Set<IpFamily> written) {}
  }

  @Test
  void theNewModeHasAllServicesInBothFamiliesBeforeTheOldOneLeaves() throws IOException {
    upsert("web", "api");
    settled(IPTABLES);
    upsert("new");

    Outcome outcome = reconcile(IPVS);

    assertThat(events)
        .containsExactly(
            "iptables IPv4 applies +new",
            "iptables IPv6 applies +new",
            "ipvs starts",
            "ipvs IPv4 forgets",
            "ipvs IPv6 forgets",
            "ipvs IPv4 applies +api +new +web",
            "ipvs IPv6 applies +api +new +web");
    assertThat(outcome.modes().active()).isEqualTo(IPVS);
    assertThat(outcome.modes().leaving()).containsExactly(IPTABLES);
    assertThat(outcome.modes().due()).contains(Instant.EPOCH);
    events.clear();
    assertThat(outcome.refusals().get(IPV4))
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.object()).isEqualTo("a chain of ipvs"));

    assertThat(tick().modes().leaving()).isEmpty();

    assertThat(events)
        .containsExactly(
            "iptables IPv4 leaves",
            "iptables IPv6 leaves",
            "iptables IPv4 closes",
            "iptables IPv6 closes");
  }

  @Test
  void whatTheNewModeDoesNotFindIsNotGone() throws IOException {
    upsert("web");
    settled(IPTABLES);
    assertThat(gone).as("while nobody was there to see it").isNotEmpty();
    gone.clear();

    reconcile(IPVS);

    assertThat(gone).doesNotContain(new FrontEnd.NodePort(30053));
  }

  @Test
  void aFamilyThatFailsKeepsTheOldModeWhichHasTheKernelAgain() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    upsert("new");

    Outcome outcome = reconcile(IPVS);

    assertThat(events.subList(5, events.size()))
        .containsExactly(
            "ipvs IPv4 applies +new +web",
            "ipvs IPv6 applies, in vain",
            "iptables IPv4 forgets",
            "iptables IPv6 forgets",
            "iptables IPv4 applies",
            "iptables IPv6 applies");
    assertThat(outcome.failures()).as("the change is in the kernel").isEmpty();
    assertThat(outcome.modes().active()).isEqualTo(IPTABLES);
    assertThat(outcome.modes().notTurned().orElseThrow()).contains("IPv6", "in vain");
    assertThat(outcome.modes().leaving()).isEmpty();
    assertThat(outcome.written()).isEqualTo(new Written(5, 5));
  }

  @Test
  void aNewModeThatCantStartTouchesNothing() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakStart(IPVS);
    upsert("new");

    Outcome outcome = reconcile(IPVS);

    assertThat(events)
        .containsExactly(
            "iptables IPv4 applies +new", "iptables IPv6 applies +new", "ipvs starts, in vain");
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.modes().notTurned()).contains("ipvs starts, in vain");
  }

  @Test
  void untilItMayBeTriedAgainChangesGoByTheOldMode() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakApply(IPVS, IPV4);
    reconcile(IPVS);
    upsert("new");
    events.clear();

    Outcome outcome = reconcile(IPVS, false);

    assertThat(events).containsExactly("iptables IPv4 applies +new", "iptables IPv6 applies +new");
    assertThat(outcome.modes().notTurned()).isEmpty();
    assertThat(outcome.modes().leaving()).as("it is still wanted").isEmpty();

    modes.mend();
    events.clear();
    assertThat(reconcile(IPVS).modes().active()).isEqualTo(IPVS);
    assertThat(events)
        .contains("ipvs IPv4 forgets", "ipvs IPv4 applies +new +web")
        .doesNotContain("ipvs starts");
  }

  @Test
  void whereTheOldModeCantHaveTheKernelAgainThePassHasFailed() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    modes.breakApply(IPTABLES, IPV6);

    Outcome outcome = reconcile(IPVS);

    assertThat(outcome.failures()).containsOnlyKeys(IPV6);
    assertThat(outcome.modes().active()).isEqualTo(IPTABLES);
  }

  @Test
  void aNewModeMakesUpForWhatTheOldOneCantWrite() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakApply(IPTABLES, IPV4);

    Outcome outcome = reconcile(IPVS);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.modes().active()).isEqualTo(IPVS);
  }

  @Test
  void aModeThatWasTriedAndIsNotWantedAnyMoreLeavesToo() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    reconcile(IPVS);

    assertThat(reconcile(IPTABLES).modes().leaving()).containsExactly(IPVS);
    tick();

    assertThat(events).contains("ipvs IPv4 leaves", "ipvs IPv6 leaves", "ipvs IPv4 closes");
  }

  @Test
  void aModeThatDrainsIsTakenBackIntoUseAndLearnsWhatIsGone() throws IOException {
    upsert("web", "old");
    settled(IPVS);
    modes.drain(IPVS, true);
    reconcile(IPTABLES);
    tick();
    delete("old");
    upsert("new");
    reconcile(IPTABLES);
    events.clear();

    Outcome outcome = reconcile(IPVS);

    assertThat(events)
        .contains("ipvs IPv4 forgets", "ipvs IPv4 applies +new +web -old")
        .doesNotContain("ipvs starts", "ipvs IPv4 closes");
    assertThat(outcome.modes().active()).isEqualTo(IPVS);
    assertThat(outcome.modes().leaving()).containsExactly(IPTABLES);
  }

  @Test
  void aModeThatHasLeftStartsAnew() throws IOException {
    upsert("web");
    settled(IPVS);
    reconcile(IPTABLES);
    tick();
    events.clear();

    reconcile(IPVS);

    assertThat(events).contains("ipvs starts", "ipvs IPv6 applies +web");
  }

  @Test
  void atTheStartWhateverModesHaveLeftIsLeftOnceTheChosenOneIsThere() throws IOException {
    upsert("web");
    modes.breakApply(IPVS, IPV6);
    assertThat(reconcile(IPVS).failures()).containsOnlyKeys(IPV6);
    assertThat(events).noneMatch(event -> event.startsWith("iptables"));
    modes.mend();
    reconcile(IPVS);
    events.clear();

    tick();

    assertThat(events)
        .containsExactly(
            "iptables starts",
            "iptables IPv4 leaves",
            "iptables IPv6 leaves",
            "iptables IPv4 closes",
            "iptables IPv6 closes");
    events.clear();
    assertThat(tick().modes().due()).isEmpty();
    assertThat(events).as("once").isEmpty();
  }

  @Test
  void aRestartDuringADrainGoesOnWithIt() throws IOException {
    upsert("web");
    settled(IPVS);
    modes.drain(IPVS, true);
    reconcile(IPTABLES);
    tick();
    reconciler.close();
    events.clear();

    reconciler = newReconciler();
    reconcile(IPTABLES);
    modes.due(IPVS, clock.instant().plusSeconds(60));
    Ticked first = tick();

    assertThat(events.subList(3, events.size()))
        .containsExactly("ipvs starts", "ipvs IPv4 leaves", "ipvs IPv6 leaves");
    assertThat(first.modes().leaving()).containsExactly(IPVS);
    assertThat(first.modes().due()).contains(clock.instant().plusSeconds(60));
  }

  @Test
  void aModeThatTheKernelCantDoIsNotLookedFor() throws IOException {
    modes.cannot(IPVS);
    reconciler = newReconciler();
    upsert("web");

    settled(IPTABLES);

    assertThat(reconcile(IPTABLES).modes().due()).isEmpty();
    assertThat(events).noneMatch(event -> event.startsWith("ipvs"));
  }

  @Test
  void whatCantBeLookedForIsTriedAgainWithTheNextReadBack() throws IOException {
    modes.breakStart(IPVS);
    upsert("web");
    reconcile(IPTABLES);
    assertThat(tick().modes().due()).isEmpty();
    modes.mend();

    assertThat(reconcile(new Work(image, Set.of(), true, IPTABLES, true)).modes().due())
        .isPresent();
    events.clear();
    tick();

    assertThat(events).contains("ipvs starts", "ipvs IPv4 leaves");
  }

  @Test
  void timedWorkIsDoneWhenItIsDueOfTheModeThatForwardsAndOfThoseThatLeave() throws IOException {
    upsert("web");
    settled(IPVS);
    modes.drain(IPVS, true);
    reconcile(IPTABLES);
    tick();
    modes.due(IPVS, clock.instant().plusSeconds(60));
    modes.due(IPTABLES, clock.instant().plusSeconds(30));
    events.clear();

    clock.move(Duration.ofSeconds(29));
    assertThat(tick().modes().due()).contains(clock.instant().plusSeconds(1));
    assertThat(events).isEmpty();

    clock.move(Duration.ofSeconds(1));
    Ticked active = tick();
    assertThat(events).containsExactly("iptables IPv4 ticks");
    assertThat(active.written()).isEqualTo(Map.of(IPV4, new Written(1, 2)));

    events.clear();
    modes.drain(IPVS, false);
    clock.move(Duration.ofSeconds(30));
    Ticked last = tick();
    assertThat(events)
        .containsExactly(
            "ipvs IPv4 ticks",
            "ipvs IPv4 leaves",
            "ipvs IPv6 leaves",
            "ipvs IPv4 closes",
            "ipvs IPv6 closes");
    assertThat(last.all()).isEqualTo(new Written(1, 2));
    assertThat(last.modes().leaving()).isEmpty();
    assertThat(last.modes().due()).isEmpty();
  }

  @Test
  void aModeThatCantLeaveIsTriedAgainLaterAndHarmsNobody() throws IOException {
    upsert("web");
    settled(IPVS);
    modes.breakDown(IPVS, IPV4, "leaves");
    reconcile(IPTABLES);

    Ticked failed = tick();

    assertThat(failed.failures()).isEmpty();
    assertThat(failed.modes().leaving()).containsExactly(IPVS);
    assertThat(failed.modes().due()).contains(clock.instant().plus(Mode.LEAVE_AGAIN));
    events.clear();
    tick();
    assertThat(events).as("not before").isEmpty();
    modes.mend();
    clock.move(Mode.LEAVE_AGAIN);
    assertThat(tick().modes().leaving()).isEmpty();
    assertThat(events).containsExactly("ipvs IPv4 leaves", "ipvs IPv4 closes", "ipvs IPv6 closes");
  }

  @Test
  void timedWorkThatFailsIsAFailureOfTheModeThatForwardsAlone() throws IOException {
    upsert("web");
    settled(IPVS);
    modes.drain(IPVS, true);
    reconcile(IPTABLES);
    tick();
    modes.due(IPVS, clock.instant());
    modes.breakDown(IPVS, IPV4, "ticks");
    assertThat(tick().failures()).isEmpty();

    modes.due(IPTABLES, clock.instant());
    modes.breakDown(IPTABLES, IPV4, "ticks");
    assertThat(tick().failures()).containsOnlyKeys(IPV4);
  }

  @Test
  void whileItStopsNothingIsBegunThatARestartWouldDoAsWell() throws IOException {
    upsert("web");
    settled(IPTABLES);
    modes.due(IPTABLES, clock.instant());
    reconciler.stopSoon();
    upsert("new");

    Outcome outcome = reconcile(IPVS);
    tick();

    assertThat(events).containsExactly("iptables IPv4 applies +new", "iptables IPv6 applies +new");
    assertThat(outcome.modes().active()).isEqualTo(IPTABLES);
  }

  @Test
  void theFirstModeThatCantStartIsAFailure() throws IOException {
    modes.breakStart(IPVS);
    upsert("web");
    assertThatThrownBy(() -> reconcile(IPVS)).hasMessageContaining("ipvs starts, in vain");
    modes.mend();

    assertThat(reconcile(IPVS).modes().active()).isEqualTo(IPVS);
  }

  /** A mode forwards, and what was left over has been looked for. */
  private void settled(ProxyMode mode) throws IOException {
    reconcile(mode);
    changed = Set.of();
    tick();
    events.clear();
  }

  private Outcome reconcile(ProxyMode mode) throws IOException {
    return reconcile(mode, true);
  }

  private Outcome reconcile(ProxyMode mode, boolean mayTurn) throws IOException {
    return reconcile(new Work(image, changed, false, mode, mayTurn));
  }

  private Outcome reconcile(Work work) throws IOException {
    Outcome outcome = reconciler.reconcile(work);
    changed = Set.of();
    return outcome;
  }

  private Ticked tick() {
    return reconciler.tick();
  }

  private Reconciler newReconciler() {
    return new Reconciler("node-1", NodeConfig.DEFAULTS, modes, new Flows(), clock);
  }

  private void upsert(String... names) {
    Set<ServiceName> services = new HashSet<>(changed);
    for (String name : names) {
      replay(name, Optional.of(service(name)));
      services.add(new ServiceName("shop", name));
    }
    changed = services;
  }

  private void delete(String name) {
    replay(name, Optional.empty());
    Set<ServiceName> services = new HashSet<>(changed);
    services.add(new ServiceName("shop", name));
    changed = services;
  }

  private void replay(String name, Optional<ClusterObject> object) {
    ClusterDelta delta = new ClusterDelta(image);
    Revision next =
        new Revision(++revision, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    delta.replay(new ObjectState(new ServiceName("shop", name).key(), next, object));
    image = delta.apply();
  }

  private static ClusterObject service(String name) {
    String manifest =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {clusterIP: 10.96.0.%d, ports: [{port: 80}]}
        """
            .formatted(name, name.length());
    return ManifestFile.parse(manifest).objects().getFirst().object();
  }
}
