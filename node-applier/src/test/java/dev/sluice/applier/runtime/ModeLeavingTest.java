package dev.sluice.applier.runtime;

import static dev.sluice.events.model.IpFamily.IPV4;
import static dev.sluice.events.model.IpFamily.IPV6;
import static dev.sluice.events.model.ProxyMode.IPTABLES;
import static dev.sluice.events.model.ProxyMode.IPVS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Ticked;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How modes give way, over restarts too, and when timed work is done. */
class ModeLeavingTest {
  private final SwitchingNode node = new SwitchingNode();
  private final List<String> events = node.events;
  private final FakeModes modes = node.modes;

  @Test
  void aModeThatWasTriedAndIsNotWantedAnyMoreLeavesToo() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.breakApply(IPVS, IPV6);
    node.reconcile(IPVS);

    assertThat(node.reconcile(IPTABLES).modes().leaving()).containsExactly(IPVS);
    node.tick();

    assertThat(events).contains("ipvs IPv4 leaves", "ipvs IPv6 leaves", "ipvs IPv4 closes");
  }

  @Test
  void aModeThatDrainsIsTakenBackIntoUseAndLearnsWhatIsGone() throws IOException {
    node.upsert("web", "old");
    node.settled(IPVS);
    modes.drain(IPVS, true);
    node.reconcile(IPTABLES);
    node.tick();
    node.delete("old");
    node.upsert("new");
    node.reconcile(IPTABLES);
    events.clear();

    Outcome outcome = node.reconcile(IPVS);

    assertThat(events)
        .contains("ipvs IPv4 forgets", "ipvs IPv4 applies +new +web -old")
        .doesNotContain("ipvs starts", "ipvs IPv4 closes");
    assertThat(outcome.modes().active()).isEqualTo(IPVS);
    assertThat(outcome.modes().leaving()).containsExactly(IPTABLES);
  }

  @Test
  void aModeThatHasLeftStartsAnew() throws IOException {
    node.upsert("web");
    node.settled(IPVS);
    node.reconcile(IPTABLES);
    node.tick();
    events.clear();

    node.reconcile(IPVS);

    assertThat(events).contains("ipvs starts", "ipvs IPv6 applies +web");
  }

  @Test
  void atTheStartWhateverModesHaveLeftIsLeftOnceTheChosenOneIsThere() throws IOException {
    node.upsert("web");
    modes.breakApply(IPVS, IPV6);
    assertThat(node.reconcile(IPVS).failures()).containsOnlyKeys(IPV6);
    assertThat(events).noneMatch(event -> event.startsWith("iptables"));
    modes.mend();
    node.reconcile(IPVS);
    events.clear();

    node.tick();

    assertThat(events)
        .containsExactly(
            "iptables starts",
            "iptables IPv4 leaves",
            "iptables IPv6 leaves",
            "iptables IPv4 closes",
            "iptables IPv6 closes");
    events.clear();
    assertThat(node.tick().modes().due()).isEmpty();
    assertThat(events).as("once").isEmpty();
  }

  @Test
  void aRestartDuringADrainGoesOnWithIt() throws IOException {
    node.upsert("web");
    node.settled(IPVS);
    modes.drain(IPVS, true);
    node.reconcile(IPTABLES);
    node.tick();
    node.restart();
    events.clear();

    node.reconcile(IPTABLES);
    modes.due(IPVS, node.clock.instant().plusSeconds(60));
    Ticked first = node.tick();

    assertThat(events.subList(3, events.size()))
        .containsExactly("ipvs starts", "ipvs IPv4 leaves", "ipvs IPv6 leaves");
    assertThat(first.modes().leaving()).containsExactly(IPVS);
    assertThat(first.modes().due()).contains(node.clock.instant().plusSeconds(60));
  }

  @Test
  void aModeThatTheKernelCantDoIsNotLookedFor() throws IOException {
    modes.cannot(IPVS);
    node.restart();
    node.upsert("web");

    node.settled(IPTABLES);

    assertThat(node.reconcile(IPTABLES).modes().due()).isEmpty();
    assertThat(events).noneMatch(event -> event.startsWith("ipvs"));
  }

  @Test
  void whatCantBeLookedForIsTriedAgainWithTheNextReadBack() throws IOException {
    modes.breakStart(IPVS);
    node.upsert("web");
    node.reconcile(IPTABLES);
    assertThat(node.tick().modes().due()).isEmpty();
    modes.mend();

    assertThat(node.readBack(IPTABLES).modes().due()).isPresent();
    events.clear();
    node.tick();

    assertThat(events).contains("ipvs starts", "ipvs IPv4 leaves");
  }

  @Test
  void timedWorkIsDoneWhenItIsDueOfTheModeThatForwardsAndOfThoseThatLeave() throws IOException {
    node.upsert("web");
    node.settled(IPVS);
    modes.drain(IPVS, true);
    node.reconcile(IPTABLES);
    node.tick();
    modes.due(IPVS, node.clock.instant().plusSeconds(60));
    modes.due(IPTABLES, node.clock.instant().plusSeconds(30));
    events.clear();

    node.clock.move(Duration.ofSeconds(29));
    assertThat(node.tick().modes().due()).contains(node.clock.instant().plusSeconds(1));
    assertThat(events).isEmpty();

    node.clock.move(Duration.ofSeconds(1));
    Ticked active = node.tick();
    assertThat(events).containsExactly("iptables IPv4 ticks");
    assertThat(active.written()).isEqualTo(Map.of(IPV4, new Written(1, 2)));

    events.clear();
    modes.drain(IPVS, false);
    node.clock.move(Duration.ofSeconds(30));
    Ticked last = node.tick();
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
    node.upsert("web");
    node.settled(IPVS);
    modes.breakDown(IPVS, IPV4, "leaves");
    node.reconcile(IPTABLES);

    Ticked failed = node.tick();

    assertThat(failed.failures()).isEmpty();
    assertThat(failed.modes().leaving()).containsExactly(IPVS);
    assertThat(failed.modes().due()).contains(node.clock.instant().plus(Mode.LEAVE_AGAIN));
    events.clear();
    node.tick();
    assertThat(events).as("not before").isEmpty();
    modes.mend();
    node.clock.move(Mode.LEAVE_AGAIN);
    assertThat(node.tick().modes().leaving()).isEmpty();
    assertThat(events).containsExactly("ipvs IPv4 leaves", "ipvs IPv4 closes", "ipvs IPv6 closes");
  }

  @Test
  void timedWorkThatFailsIsAFailureOfTheModeThatForwardsAlone() throws IOException {
    node.upsert("web");
    node.settled(IPVS);
    modes.drain(IPVS, true);
    node.reconcile(IPTABLES);
    node.tick();
    modes.due(IPVS, node.clock.instant());
    modes.breakDown(IPVS, IPV4, "ticks");
    assertThat(node.tick().failures()).isEmpty();

    modes.due(IPTABLES, node.clock.instant());
    modes.breakDown(IPTABLES, IPV4, "ticks");
    assertThat(node.tick().failures()).containsOnlyKeys(IPV4);
  }

  @Test
  void whileItStopsNothingIsBegunThatARestartWouldDoAsWell() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
    modes.due(IPTABLES, node.clock.instant());
    node.stopSoon();
    node.upsert("new");

    Outcome outcome = node.reconcile(IPVS);
    node.tick();

    assertThat(events).containsExactly("iptables IPv4 applies +new", "iptables IPv6 applies +new");
    assertThat(outcome.modes().active()).isEqualTo(IPTABLES);
  }
}
