package dev.sluice.applier.runtime;

import static dev.sluice.events.model.IpFamily.IPV4;
import static dev.sluice.events.model.IpFamily.IPV6;
import static dev.sluice.events.model.ProxyMode.IPTABLES;
import static dev.sluice.events.model.ProxyMode.IPVS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order one mode takes over from another, and what becomes of changes meanwhile. */
class ModeSwitchTest {
  private final SwitchingNode node = new SwitchingNode();
  private final List<String> events = node.events;
  private final FakeModes modes = node.modes;

  @Test
  void theNewModeHasAllServicesInBothFamiliesBeforeTheOldOneLeaves() throws IOException {
    node.upsert("web", "api");
    node.settled(IPTABLES);
    node.upsert("new");

    Outcome outcome = node.reconcile(IPVS);

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

    assertThat(node.tick().modes().leaving()).isEmpty();

    assertThat(events)
        .containsExactly(
            "iptables IPv4 leaves",
            "iptables IPv6 leaves",
            "iptables IPv4 closes",
            "iptables IPv6 closes");
  }

  @Test
  void whatTheNewModeDoesNotFindIsNotGone() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    assertThat(node.gone).as("while nobody was there to see it").isNotEmpty();
    node.gone.clear();

    node.reconcile(IPVS);

    assertThat(node.gone).doesNotContain(new FrontEnd.NodePort(30053));
  }

  @Test
  void aFamilyThatFailsKeepsTheOldModeWhichHasTheKernelAgain() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    node.upsert("new");

    Outcome outcome = node.reconcile(IPVS);

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
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakStart(IPVS);
    node.upsert("new");

    Outcome outcome = node.reconcile(IPVS);

    assertThat(events)
        .containsExactly(
            "iptables IPv4 applies +new", "iptables IPv6 applies +new", "ipvs starts, in vain");
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.modes().notTurned()).contains("ipvs starts, in vain");
  }

  @Test
  void untilItMayBeTriedAgainChangesGoByTheOldMode() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakApply(IPVS, IPV4);
    node.reconcile(IPVS);
    node.upsert("new");
    events.clear();

    Outcome outcome = node.reconcile(IPVS, false);

    assertThat(events).containsExactly("iptables IPv4 applies +new", "iptables IPv6 applies +new");
    assertThat(outcome.modes().notTurned()).isEmpty();
    assertThat(outcome.modes().leaving()).as("it is still wanted").isEmpty();

    modes.mend();
    events.clear();
    assertThat(node.reconcile(IPVS).modes().active()).isEqualTo(IPVS);
    assertThat(events)
        .contains("ipvs IPv4 forgets", "ipvs IPv4 applies +new +web")
        .doesNotContain("ipvs starts");
  }

  @Test
  void whereTheOldModeCantHaveTheKernelAgainThePassHasFailed() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    modes.breakApply(IPTABLES, IPV6);

    Outcome outcome = node.reconcile(IPVS);

    assertThat(outcome.failures()).containsOnlyKeys(IPV6);
    assertThat(outcome.modes().active()).isEqualTo(IPTABLES);
  }

  @Test
  void aNewModeMakesUpForWhatTheOldOneCantWrite() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakApply(IPTABLES, IPV4);

    Outcome outcome = node.reconcile(IPVS);

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.modes().active()).isEqualTo(IPVS);
  }

  @Test
  void theFirstModeThatCantStartIsAFailure() throws IOException {
    modes.breakStart(IPVS);
    node.upsert("web");
    assertThatThrownBy(() -> node.reconcile(IPVS)).hasMessageContaining("ipvs starts, in vain");
    modes.mend();

    assertThat(node.reconcile(IPVS).modes().active()).isEqualTo(IPVS);
  }
}
