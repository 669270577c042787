package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.ModeChoice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private static Node node(boolean deleting, boolean beingScaledDown) {
    return new Node("n", List.of(), "", List.of(), deleting, beingScaledDown);
  }

  @Test
  void isNotReadyBeforeTheFirstUpdateThoughNothingWaits() {
    assertThat(Progress.start().ready(NOW, PERIOD)).isFalse();
    assertThat(Progress.start().healthy(NOW, PERIOD)).isTrue();
  }

  @Test
  void isReadyWhileNothingWaitsHoweverLongAgoTheLastUpdateWas() {
    Progress idle = Progress.start().updated(7, NOW.minusSeconds(86_400), Optional.empty());

    assertThat(idle.ready(NOW, PERIOD)).isTrue();
  }

  @Test
  void isNotHealthyOnceAChangeHasWaitedForTwoSyncPeriods() {
    Progress waiting =
        Progress.start().updated(7, NOW, Optional.empty()).withPendingSince(Optional.of(NOW));

    assertThat(waiting.healthy(NOW.plusMillis(59_999), PERIOD)).isTrue();
    assertThat(waiting.healthy(NOW.plusSeconds(60), PERIOD)).isFalse();
    assertThat(waiting.ready(NOW.plusSeconds(60), PERIOD)).isFalse();
  }

  @Test
  void failuresDoNotMakeAWaitingChangeYounger() {
    Progress failing =
        Progress.start()
            .updated(7, NOW, Optional.empty())
            .withPendingSince(Optional.of(NOW))
            .failed("no", NOW.plusSeconds(59));

    assertThat(failing.healthy(NOW.plusSeconds(61), PERIOD)).isFalse();
    assertThat(failing.body(false, true, NOW, PERIOD))
        .containsEntry("lastError", "no")
        .containsEntry("revision", 7L);
    assertThat(
            failing
                .updated(8, NOW.plusSeconds(61), Optional.empty())
                .healthy(NOW.plusSeconds(62), PERIOD))
        .isTrue();
  }

  @Test
  void whatTheKernelRefusesIsInTheBodyAndHarmsNoHealth() {
    Progress refused =
        Progress.start()
            .updated(1, NOW, Optional.empty())
            .withRefused(Map.of("Service/shop/web IPv4", "no such match"));

    assertThat(refused.healthy(NOW, PERIOD)).isTrue();
    assertThat(refused.body(true, true, NOW, PERIOD))
        .containsEntry("refused", Map.of("Service/shop/web IPv4", "no such match"));
    assertThat(refused.withRefused(Map.of()).body(true, true, NOW, PERIOD))
        .doesNotContainKey("refused");
  }

  @Test
  void aNodeThatIsGoingAwayOrGoneIsNotEligible() {
    Progress progress = Progress.start();

    assertThat(progress.nodeEligible()).isFalse();
    assertThat(progress.withNode(Optional.of(node(false, false))).nodeEligible()).isTrue();
    assertThat(progress.withNode(Optional.of(node(true, false))).nodeEligible()).isFalse();
    assertThat(progress.withNode(Optional.of(node(false, true))).nodeEligible()).isFalse();
  }

  @Test
  void theBodySaysHowTheNodeForwardsAndWhatBecomesOfOtherModes() {
    ModeChoice choice = new ModeChoice(ProxyMode.IPVS, "--proxy-mode names it");
    Progress turning =
        Progress.start()
            .withMode(
                new ModeStatus(
                    choice, Optional.of(ProxyMode.IPTABLES), List.of(), Optional.of("no module")));
    Progress draining =
        Progress.start()
            .withMode(
                new ModeStatus(
                    choice,
                    Optional.of(ProxyMode.IPVS),
                    List.of(ProxyMode.IPTABLES),
                    Optional.empty()));

    assertThat(turning.body(true, true, NOW, PERIOD))
        .containsEntry("mode", "iptables")
        .containsEntry("modeReason", "--proxy-mode names it")
        .containsEntry("modeWanted", "ipvs")
        .containsEntry("modeError", "no module");
    assertThat(draining.body(true, true, NOW, PERIOD))
        .containsEntry("mode", "ipvs")
        .containsEntry("modesLeaving", List.of("iptables"))
        .doesNotContainKeys("modeWanted", "modeError");
  }
}
