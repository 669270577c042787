package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** That rules of others stay as they are, and those of kube-proxy go. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesOthersTest {
  /** What kube-proxy calls the chain of port http of Service default/web. */
  private static final String WEB_HTTP = "KUBE-SVC-CDGGSHYLG3RE2FKL";

  private NetworkNamespace namespace;

  @BeforeEach
  void build() {
    namespace = NetworkNamespace.create("others");
  }

  @AfterEach
  void remove() {
    namespace.close();
  }

  @EveryFlavour
  @Conformance({Row.T7, Row.S5})
  void rulesOfOthersSurviveEverything(Flavour flavour) throws IOException {
    RandomCluster random = new RandomCluster(new Random(1));
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.iptables().restore(Fixture.text("others.rules"));
      List<String> before = othersRules(node, Program.empty());
      assertThat(before).hasSizeGreaterThan(40);

      Cluster cluster = Cluster.random(random, 40);
      node.program(cluster);
      assertThat(othersRules(node, node.iptables().planned(cluster))).isEqualTo(before);

      cluster = cluster.with(random.edit(40));
      node.update(cluster);
      assertThat(othersRules(node, node.iptables().planned(cluster))).isEqualTo(before);

      node.restart();
      node.program(cluster);
      assertThat(othersRules(node, node.iptables().planned(cluster))).isEqualTo(before);

      node.iptables().clear();
      assertThat(othersRules(node, Program.empty())).isEqualTo(before);
    }
  }

  @EveryFlavour
  @Conformance(Row.S4)
  void ourHooksComeBeforeRulesOfOthers(Flavour flavour) throws IOException {
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.iptables().restore(Fixture.text("others.rules"));

      node.program(Cluster.of("web.yaml"));

      assertThat(
              node.iptables()
                  .listed("nat")
                  .lines()
                  .filter(line -> line.startsWith("-A PREROUTING")))
          .first()
          .asString()
          .endsWith("-j KUBE-SERVICES");
    }
  }

  @EveryFlavour
  @Conformance({Row.T1, Row.S4})
  void whatKubeProxyLeftIsReplaced(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.iptables().restore(Fixture.text(kubeProxy(flavour)));
      node.program(cluster);

      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(cluster).objects());
      for (String table : List.of("filter", "nat")) {
        assertThat(node.iptables().listed(table)).doesNotContain("KUBE-SEP-", "default/gone");
      }
      assertThat(node.iptables().listed("nat"))
          .contains(":" + WEB_HTTP + " ", "-j " + WEB_HTTP + "\n");
      assertThat(node.iptables().listed("filter")).contains("-A INPUT -j KUBE-FIREWALL");
    }
  }

  @EveryFlavour(families = IpFamily.IPV4)
  @Conformance(Row.T5)
  void theVariantThatTheNodeUsesIsChosen(Flavour flavour) throws IOException {
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.iptables().restore("*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n");

      assertThat(node.iptables().inUse()).isEqualTo(flavour.backend().variant());
    }
  }

  static String kubeProxy(Flavour flavour) {
    return flavour.family() == IpFamily.IPV4 ? "kube-proxy-ipv4.rules" : "kube-proxy-ipv6.rules";
  }

  /** All that is listed but for the lines of a program. */
  private static List<String> othersRules(ProgrammedNode node, Program<IptablesKey, String> program)
      throws IOException {
    StringBuilder all = new StringBuilder();
    for (String table : List.of("filter", "nat", "mangle")) {
      Set<String> ours = lines(program, table);
      node.iptables()
          .listed(table)
          .lines()
          .filter(line -> !ours.contains(line))
          .forEach(line -> all.append(table).append(' ').append(line).append('\n'));
    }
    return all.toString().lines().toList();
  }

  private static Set<String> lines(Program<IptablesKey, String> program, String table) {
    Set<String> lines = new HashSet<>();
    program
        .objects()
        .forEach(
            (key, value) -> {
              if (key.table().toString().equals(table)) {
                value.lines().forEach(lines::add);
                if (key instanceof ChainKey chain) {
                  lines.add(":" + chain.chain() + " -");
                }
              }
            });
    return lines;
  }
}
