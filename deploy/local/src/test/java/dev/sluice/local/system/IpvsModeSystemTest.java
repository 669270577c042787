package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  @Conformance(Row.T4)
  void whatOthersTakeAwayIsBackWithinASyncPeriodAndVerifyTellsWhatIsNot(
      TestLog log, @TempDir Path manifests) throws Exception {
    Files.writeString(manifests.resolve("all.yaml"), Manifests.NODE + "---\n" + Manifests.WEB);
    try (KernelNode node = KernelNode.create(Variant.LEGACY)) {
      log.scribe().publish(Manifests.NODE, Manifests.WEB);
      try (RunningApplier applier =
          RunningApplier.startWithSyncPeriod(
              log, node.modes(), ProxyMode.IPVS, Duration.ofSeconds(1))) {
        applier.awaitApplied(4).awaitModeAlone(ProxyMode.IPVS);
        List<String> whole = held(node);
        for (String damage :
            List.of("ipvsadm -C", "ip address flush dev kube-ipvs0", "ipset flush")) {
          double before = applier.count("sluice.drift");
          node.namespace().exec(damage.split(" ", -1)).orThrow();

          Await.until().until(() -> applier.count("sluice.drift") > before);
          Await.until().untilAsserted(() -> assertThat(held(node)).as(damage).isEqualTo(whole));
        }
      }
      Program.Ended same = verify(node, manifests);
      node.namespace().exec("ipvsadm", "-D", "-t", "10.96.0.80:80").orThrow();
      Program.Ended other = verify(node, manifests);

      assertThat(same.exitCode()).as(same.output() + same.errors()).isZero();
      assertThat(other.exitCode()).as(other.output() + other.errors()).isEqualTo(1);
      assertThat(other.output())
          .contains("objects that differ: 1", "missing virtual server", "10.96.0.80:80");
      assertThat(node.virtualServers()).doesNotContain("-A -t 10.96.0.80:80 -s rr");
      assertThat(cleanup(node).exitCode()).isZero();
    }
  }

  /** What the kernel holds besides rules, in order. */
  private static List<String> held(KernelNode node) {
    return Stream.of(
            node.virtualServers().toString(),
            node.sets().toString(),
            node.namespace().exec("ipset", "save").orThrow().out(),
            node.namespace().exec("ip", "-o", "address", "show", "dev", "kube-ipvs0").out())
        .flatMap(String::lines)
        .map(line -> line.replaceFirst(" initval \\S+", ""))
        .sorted()
        .toList();
  }

  private static Program.Ended verify(KernelNode node, Path manifests) throws Exception {
    return Program.runIn(
        node.namespace(),
        "sluice",
        "verify",
        "--manifests",
        manifests.toString(),
        "--node-name",
        "node-1",
        "--proxy-mode",
        "ipvs",
        "--iptables-variant",
        "legacy",
        // as the applier of this test has them
        "--nodeport-addresses",
        "127.0.0.0/8");
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
