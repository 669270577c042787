package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;

@SystemTest
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
class CleanupSystemTest {
  @EveryFlavour
  @Conformance({Row.S5, Row.S6, Row.T7})
  void allOfOursGoesAndNothingElse(BackEnd backend, TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(backend.variant())) {
      othersRules(node);
      String others = node.rules();
      log.scribe().publish(Manifests.NODE, Manifests.WEB);
      try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
        applier.awaitApplied(4);
      }
      assertThat(node.rules()).contains("KUBE-SVC-");

      Program.Ended first = cleanup(node);

      assertThat(first.exitCode()).isZero();
      assertThat(node.ruleLines()).isEqualTo(others.lines().filter(KernelNode::isRule).toList());
      assertThat(node.rules().lines().filter(line -> line.startsWith(":")))
          .noneMatch(line -> line.startsWith(":KUBE-S") || line.startsWith(":KUBE-P"))
          .contains(":KUBE-FIREWALL -", ":KUBE-KUBELET-CANARY -", ":CNI-OTHERS -");

      Program.Ended second = cleanup(node);

      assertThat(second.exitCode()).isZero();
      assertThat(second.output().lines())
          .hasSize(4)
          .allMatch(line -> line.endsWith(": 0 objects removed"));
    }
  }

  private static void othersRules(KernelNode node) {
    node.iptables("-t", "filter", "-N", "KUBE-FIREWALL");
    node.iptables("-t", "filter", "-A", "KUBE-FIREWALL", "-d", "127.0.0.0/8", "-j", "DROP");
    node.iptables("-t", "filter", "-A", "OUTPUT", "-j", "KUBE-FIREWALL");
    node.iptables("-t", "mangle", "-N", "KUBE-KUBELET-CANARY");
    node.iptables("-t", "nat", "-N", "CNI-OTHERS");
    node.iptables("-t", "nat", "-A", "POSTROUTING", "-j", "CNI-OTHERS");
  }

  private static Program.Ended cleanup(KernelNode node) throws Exception {
    return Program.runIn(node.namespace(), "sluice", "cleanup", "--proxy-mode", "iptables");
  }
}
