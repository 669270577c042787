package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As {@link PastPlanSystemTest}, with IPVS, whose program is of the node's own addresses too. */
@SystemTest
@IpvsTest
@RunsOn(BackEnd.IPVS)
class IpvsPastPlanSystemTest {
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyReportedRevisionIsPlannedWithTheDigestThatWasReported(TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(Variant.LEGACY)) {
      node.namespace().exec("ip", "link", "add", "eth0", "type", "dummy").orThrow();
      node.namespace().exec("ip", "address", "add", "192.0.2.11/24", "dev", "eth0").orThrow();
      node.namespace().exec("ip", "link", "set", "eth0", "up").orThrow();
      PastPlanRun run = new PastPlanRun(log, node, 20260302);
      run.live(300, "--proxy-mode", "ipvs");
      // an address that its Node object doesn't know
      node.namespace().exec("ip", "address", "add", "198.51.100.7/32", "dev", "eth0").orThrow();
      run.live(200, "--proxy-mode=ipvs", "--ipvs-scheduler=wrr", "--masquerade-all");
      run.mode("iptables");
      run.live(200, "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/48");
      run.mode("ipvs");
      run.live(0, "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/48");
      run.live(300, "--proxy-mode=ipvs", "--nodeport-addresses=192.0.2.0/24");

      assertThat(run.checkAll(5)).isGreaterThan(40);
    }
  }
}
