package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.PastPlans;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node has reported is what is planned for it afterwards, from the log alone. */
@SystemTest
@KernelTest
class PastPlanSystemTest {
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyReportedRevisionIsPlannedWithTheDigestThatWasReported(TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(Variant.LEGACY)) {
      PastPlanRun run = new PastPlanRun(log, node, 20260301);
      run.live(200, "--proxy-mode", "iptables");
      run.live(200, "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/48", "--masquerade-all");
      // two restarts without a change in between: the settings of before must not be lost
      run.live(0, "--proxy-mode", "iptables", "--iptables-masquerade-bit", "9");
      run.live(0, "--proxy-mode", "iptables", "--detect-local-mode", "NodeCIDR");
      run.live(
          300,
          "--proxy-mode=iptables",
          "--detect-local-mode=BridgeInterface",
          "--pod-bridge-interface=cbr0",
          "--nodeport-addresses=primary");
      run.live(
          300,
          "--proxy-mode=iptables",
          "--nodeport-addresses=10.0.0.0/8,fd00::/8",
          "--iptables-localhost-nodeports=false");

      assertThat(run.checkAll(6)).isGreaterThan(40);

      PastPlans.Ended early = run.plan("2001-01-01T00:00:00Z");
      assertThat(early.exitCode()).isEqualTo(1);
      assertThat(early.err().lines())
          .singleElement()
          .asString()
          .contains("the earliest is revision");
      PastPlans.Ended late = run.plan("999999");
      assertThat(late.exitCode()).isEqualTo(1);
      assertThat(late.err()).contains("has not come yet");
    }
  }
}
