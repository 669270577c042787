package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Drift;
import dev.sluice.applier.program.Drift.Kind;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
  void eachTableFlushedByHandComesBackAndIsToldByKeyAndKind(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      for (Table table : List.of(Table.FILTER, Table.NAT)) {
        change(node, table, ":OTHERS - [0:0]");
        for (String words : List.of("-F", "-F\n-X")) {
          change(node, table, words);

          Repaired repaired = repair(node);

          Drift drift = repaired.drift();
          assertThat(drift.count(Kind.MISSING)).as(words).isPositive();
          assertThat(drift.count(Kind.CHANGED) == 0).as(words).isEqualTo(words.contains("X"));
          assertThat(drift.count(Kind.EXTRA)).as(words).isZero();
          assertThat(repaired.drift().objects().keySet())
              .allMatch(key -> key.startsWith(table + " "));
          assertThat(repaired.written())
              .isEqualTo(new Written(1, repaired.drift().objects().size()));
          assertThat(node.iptables().program().objects())
              .isEqualTo(node.iptables().planned(CLUSTER).objects());
        }
      }
      assertThat(repair(node)).isEqualTo(Repaired.NOTHING);
    }
  }

  @EveryFlavour
  void whatIsWrittenWhileTheKernelIsReadIsNoDrift(Flavour flavour) throws IOException {
    Cluster moved = CLUSTER.withEndpoint(flavour.otherClient(9));
    try (ProgrammedNode node = programmed(flavour)) {
      KernelReading readBefore = node.backend().look().orElseThrow();
      readAll(readBefore);
      assertThat(node.program(moved).objects()).isPositive();
      assertThat(node.backend().repair(readBefore)).isEqualTo(Repaired.NOTHING);

      KernelReading readAfter = node.backend().look().orElseThrow();
      assertThat(node.program(CLUSTER).objects()).isPositive();
      change(node, Table.NAT, "-F KUBE-MARK-MASQ");
      readAll(readAfter);
      assertThat(node.backend().repair(readAfter).drift().objects())
          .isEqualTo(Map.of("nat KUBE-MARK-MASQ", Kind.CHANGED));
      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(CLUSTER).objects());
    }
  }

  @EveryFlavour
  void aLookIsVoidOnceAnotherBeginsOrTheKernelIsNotKnown(Flavour flavour) throws IOException {
    try (ProgrammedNode node = programmed(flavour)) {
      KernelReading old = node.backend().look().orElseThrow();
      readAll(old);
      change(node, Table.NAT, "-F KUBE-MARK-MASQ");
      KernelReading young = node.backend().look().orElseThrow();
      readAll(young);
      assertThat(node.backend().repair(old)).isEqualTo(Repaired.NOTHING);
      node.backend().forget();
      assertThat(node.backend().repair(young)).isEqualTo(Repaired.NOTHING);
      assertThat(node.backend().look()).isEmpty();

      assertThat(node.backend().apply()).isEqualTo(new Written(1, 1));
    }
  }

  private static Repaired repair(ProgrammedNode node) throws IOException {
    KernelReading reading = node.backend().look().orElseThrow();
    readAll(reading);
    return node.backend().repair(reading);
  }

  static void readAll(KernelReading reading) throws IOException {
    boolean more = true;
    while (more) {
      more = reading.step();
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
