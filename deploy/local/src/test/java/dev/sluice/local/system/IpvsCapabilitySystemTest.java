package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.preparation.Capabilities;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The row of IPVS in the table of capabilities, on a node that has been prepared. */
@SystemTest
@IpvsTest
@Timeout(value = 8, unit = TimeUnit.MINUTES) // a program takes its time to start in a guest
class IpvsCapabilitySystemTest {
  private static final String CONNTRACK = "net/ipv4/vs/conntrack";
  private static final String[] FLAGS = {
    "--proxy-mode=ipvs", "--iptables-variant=legacy", "--iptables-localhost-nodeports=false"
  };

  private static ConditionFactory patiently() {
    return Await.until().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200));
  }

  @Test
  void withJustTheseAPreparedNodeForwards(TestLog log) throws Exception {
    Confinement confinement = Confinement.asRoot(Capabilities.IPVS);
    try (ConfinedApplier node = ConfinedApplier.on(log)) {
      NetworkNamespace namespace = node.lab().node();
      namespace.sysctl(CONNTRACK, "0");
      try (Program applier = node.start(confinement, FLAGS)) {
        Pages pages = node.pages(10256);
        patiently().until(() -> pages.healthz().body().contains("lastError"));
        assertThat(pages.healthz().body())
            .contains(CONNTRACK + " = 1 (it is 0): it is read-only here")
            .contains("sluice prepare-node --proxy-mode ipvs");

        Program.Ended prepared =
            Program.runIn(
                namespace,
                "sluice",
                "prepare-node",
                "--proxy-mode=ipvs",
                "--iptables-variant=legacy",
                "--conntrack-max-per-core=0");
        assertThat(prepared.exitCode()).as(prepared.errors()).isZero();
        assertThat(prepared.output()).contains("net.ipv4.vs.conntrack = 1: set, it was 0");

        patiently().until(() -> pages.healthz().status() == 200);
        assertThat(node.ask("10.96.0.80", 80)).isEqualTo("a");
        assertThat(node.ask("fd00:10:96::80", 80)).isEqualTo("a");
        assertThat(applier.terminate().exitCode()).isZero();
      }
    }
  }
}
