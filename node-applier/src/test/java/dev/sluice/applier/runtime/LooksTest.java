package dev.sluice.applier.runtime;

import static dev.sluice.events.model.ProxyMode.IPTABLES;
import static dev.sluice.events.model.ProxyMode.IPVS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Drift;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LooksTest {
  private final SwitchingNode node = new SwitchingNode();
  private final List<String> events = node.events;

  @BeforeEach
  void start() throws IOException {
    node.upsert("web");
    node.settled(IPTABLES);
  }

  @Test
  void aLookBeginsWithTheReadBackAndIsSettledAfterWhatIsPlanned() throws IOException {
    Outcome readBack = node.readBack(IPTABLES);
    assertThat(readBack.looks().readings()).hasSize(2);
    assertThat(readBack.hasRepaired()).isFalse();
    events.clear();

    Outcome settled = node.repair(readBack.looks(), IPTABLES);

    assertThat(events)
        .containsSubsequence("iptables IPv4 applies", "iptables IPv4 repairs")
        .containsSubsequence("iptables IPv6 applies", "iptables IPv6 repairs")
        .noneMatch(event -> event.endsWith("looks"));
    assertThat(settled.hasRepaired()).isTrue();
    assertThat(settled.synced().values())
        .extracting(synced -> synced.repaired().drift().count(Drift.Kind.MISSING))
        .containsExactly(1, 1);
    assertThat(settled.looks().isEmpty()).isTrue();
  }

  @Test
  void aLookOfAModeThatNoLongerForwardsComesToNothing() throws IOException {
    Looks looks = node.readBack(IPTABLES).looks();
    node.reconcile(IPVS);
    events.clear();

    Outcome settled = node.repair(looks, IPVS);

    assertThat(events).noneMatch(event -> event.endsWith("repairs"));
    assertThat(settled.written().objects()).isEqualTo(2);
  }
}
