package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the mode that the log says to what a kernel has, and to nothing of ours. */
@SystemTest
@IpvsTest
@RunsOn(BackEnd.IPVS)
class IpvsModeSystemTest {
  private static final String RULE = "--to-destination 10.244.1.2:8080";

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES) // a program takes its time to start in a guest
  @Conformance({Row.S7, Row.S5, Row.S6})
  void theKernelFollowsTheModeAndCleanupRemovesWhatIsLeft(TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(Variant.LEGACY)) {
      Scribe scribe = log.scribe().mode("iptables");
      scribe.publish(Manifests.NODE, Manifests.WEB);
      try (RunningApplier applier = RunningApplier.startAuto(log, node.modes())) {
        applier.awaitApplied(4).awaitModeAlone(ProxyMode.IPTABLES);
        assertThat(node.rules()).contains(RULE);
        assertThat(node.virtualServers()).isEmpty();

        scribe.mode("ipvs").publish();
        applier.awaitModeAlone(ProxyMode.IPVS);
        assertThat(node.rules()).doesNotContain("DNAT");
        assertThat(node.virtualServers())
            .contains("-A -t 10.96.0.80:80 -s rr", "-A -t [fd00:10:96::80]:80 -s rr")
            .contains("-a -t 10.96.0.80:80 -r 10.244.1.2:8080 -m -w 1");

        scribe.mode("iptables").publish();
        applier.awaitModeAlone(ProxyMode.IPTABLES);
        assertThat(node.rules()).contains(RULE);
        assertThat(node.virtualServers()).isEmpty();
        assertThat(node.sets()).isEmpty();

        scribe.mode("ipvs").publish();
        applier.awaitModeAlone(ProxyMode.IPVS);
      }
      Program.Ended first = cleanup(node);

      assertThat(first.errors()).isEmpty();
      assertThat(first.exitCode()).isZero();
      assertThat(node.ruleLines()).isEmpty();
      assertThat(node.virtualServers()).isEmpty();
      assertThat(node.sets()).isEmpty();
      assertThat(node.namespace().exec("ip", "-o", "link").out()).doesNotContain("kube-ipvs0");

      Program.Ended second = cleanup(node);

      assertThat(second.exitCode()).isZero();
      assertThat(second.output().lines())
          .hasSize(4)
          .allMatch(line -> line.endsWith(": 0 objects removed"));
    }
  }

  private static Program.Ended cleanup(KernelNode node) throws Exception {
    return Program.runIn(
        node.namespace(),
        "sluice",
        "cleanup",
        "--proxy-mode",
        "ipvs",
        "--iptables-variant",
        "legacy");
  }
}
