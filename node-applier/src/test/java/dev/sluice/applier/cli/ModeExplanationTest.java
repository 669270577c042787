package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ProxyMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModeExplanationTest {
  private static final ModeExplanation.Here HERE =
      new ModeExplanation.Here(
          "node-1", new ModeAbilities(Map.of(ProxyMode.IPVS, "the module ip_vs is missing")));

  @Test
  void aNodeThatIsAskedItselfSaysWhatItsKernelCanDo() {
    Answer answer = ModeExplanation.of(decided(), true, Optional.of(HERE));

    String decision =
        "auto means ipvs, decided at revision 7 with 1000 Services, which are not fewer than 1000";
    assertThat(answer.text())
        .isEqualTo(
            decision
                + "\nServices that a proxy serves: 0 of 0, at revision 9\non node-1: iptables, as "
                + decision
                + "; but here it can't be used: the module ip_vs is missing\n"
                + "  iptables: yes\n  ipvs: no, the module ip_vs is missing\n");
    assertThat(answer.tree())
        .containsEntry("auto", "ipvs")
        .containsEntry("reason", Map.of("services", 1000L, "limit", 1000L, "revision", 7L))
        .doesNotContainKey("limits");
    assertThat(answer.tree().get("node"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("mode", "iptables")
        .containsEntry("able", List.of("iptables"))
        .containsEntry("missing", Map.of("ipvs", "the module ip_vs is missing"));
  }

  @Test
  void aLogWithoutADecisionIsSaidToHaveNone() {
    Answer answer = ModeExplanation.of(ClusterImage.EMPTY, true, Optional.empty());

    assertThat(answer.text()).startsWith("auto is not decided: iptables until then\n");
    assertThat(answer.tree()).doesNotContainKeys("auto", "reason", "node");
  }

  private static ClusterImage decided() {
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    ModeReason reason = new ModeReason(1000, 1000, 7);
    delta.replay(
        new HeadState(new Head("c", 1, 9, true, Optional.of("ipvs"), Optional.of(reason))));
    return delta.apply();
  }
}
