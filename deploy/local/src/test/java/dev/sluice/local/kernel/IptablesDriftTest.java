package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** That what others change of ours is put right, and no more than that is written. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesDriftTest {
  private NetworkNamespace namespace;

  @BeforeEach
  void build() {
    namespace = NetworkNamespace.create("drift");
  }

  @AfterEach
  void remove() {
    namespace.close();
  }

  private static final Cluster CLUSTER = Cluster.of("node-port.yaml");

  @EveryFlavour
  @Conformance(Row.T4)
  void aFlushedTableIsFilledAgain(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      assertThat(node.iptables().restore("*nat\nCOMMIT\n", new String[0]).ok()).isTrue();

      assertThat(node.backend().repair()).isEqualTo(new Written(1, objects(node, Table.NAT)));
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(CLUSTER).objects());
    }
  }

  @EveryFlavour
  @Conformance(Row.T4)
  void deletedHooksComeBack(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      Set<HookKey> hooks =
          node.iptables().program().objects().keySet().stream()
              .filter(HookKey.class::isInstance)
              .map(HookKey.class::cast)
              .collect(Collectors.toSet());
      // IPv4 has one more, which guards what listens on 127.0.0.1
      assertThat(hooks).hasSize(flavour.family() == IpFamily.IPV4 ? 14 : 13);
      for (HookKey hook : hooks) {
        change(node, hook.table(), "-D " + hook.chain() + " " + hook.rule());

        assertThat(node.backend().repair()).isEqualTo(new Written(1, 1));
        assertThat(node.iptables().program().objects())
            .isEqualTo(node.iptables().planned(CLUSTER).objects());
      }
    }
  }

  @EveryFlavour
  void aForeignRuleInAChainOfOursGoes(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      change(node, Table.NAT, "-I KUBE-SERVICES -p tcp -m tcp --dport 80 -j RETURN");

      assertThat(node.backend().repair()).isEqualTo(new Written(1, 1));
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(CLUSTER).objects());
    }
  }

  @EveryFlavour
  void aDeletedRuleComesBack(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      change(node, Table.NAT, "-D KUBE-POSTROUTING 2");

      assertThat(node.backend().repair()).isEqualTo(new Written(1, 1));
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(CLUSTER).objects());
    }
  }

  @EveryFlavour
  void aStrayChainUnderANameOfOursGoes(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      change(node, Table.NAT, ":KUBE-SVC-STRAY - [0:0]\n-A KUBE-SVC-STRAY -j KUBE-MARK-MASQ");

      assertThat(node.backend().repair()).isEqualTo(new Written(1, 1));
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(CLUSTER).objects());
    }
  }

  @EveryFlavour
  @Conformance(Row.S5)
  void aHookThatStandsTwiceDoesNotPreventTheRemovalOfAll(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      HookKey hook =
          node.iptables().program().objects().keySet().stream()
              .filter(HookKey.class::isInstance)
              .map(HookKey.class::cast)
              .findFirst()
              .orElseThrow();
      change(node, hook.table(), "-A " + hook.chain() + " " + hook.rule());

      node.backend().repair();
      node.iptables().clear();

      assertThat(node.iptables().program().objects()).isEmpty();
    }
  }

  private ProgrammedNode programmed(Flavour flavour) throws IOException {
    ProgrammedNode node = new ProgrammedNode(namespace, flavour);
    node.program(CLUSTER);
    return node;
  }

  private static int objects(ProgrammedNode node, Table table) {
    return (int)
        node.iptables().planned(CLUSTER).objects().keySet().stream()
            .filter(key -> key.table() == table)
            .count();
  }

  private static void change(ProgrammedNode node, Table table, String line) throws IOException {
    node.iptables().restore("*" + table + "\n" + line + "\nCOMMIT\n");
  }
}
