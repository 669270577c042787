package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That rules of others stay as they are, and those of kube-proxy go. */
@KernelTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesOthersTest {
  private NetworkNamespace namespace;

  @BeforeEach
  void build() {
    namespace = NetworkNamespace.create("others");
  }

  @AfterEach
  void remove() {
    namespace.close();
  }

  @ParameterizedTest
  @EnumSource
  void rulesOfOthersSurviveEverything(Flavour flavour) throws IOException {
    RandomCluster random = new RandomCluster(new Random(1));
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.restore(Fixture.text("others.rules"));
      List<String> before = othersRules(node, Program.empty());
      assertThat(before).hasSizeGreaterThan(40);

      Cluster cluster = Cluster.random(random, 40);
      node.program(cluster);
      assertThat(othersRules(node, node.compiled(cluster))).isEqualTo(before);

      cluster = cluster.with(random.edit(40));
      node.update(cluster);
      assertThat(othersRules(node, node.compiled(cluster))).isEqualTo(before);

      node.restart();
      node.program(cluster);
      assertThat(othersRules(node, node.compiled(cluster))).isEqualTo(before);

      node.clear();
      assertThat(othersRules(node, Program.empty())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ourHooksComeBeforeRulesOfOthers(Flavour flavour) throws IOException {
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.restore(Fixture.text("others.rules"));

      node.program(Cluster.of("web.yaml"));

      assertThat(node.listed("nat").lines().filter(line -> line.startsWith("-A PREROUTING")))
          .first()
          .asString()
          .endsWith("-j KUBE-SERVICES");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatKubeProxyLeftIsReplaced(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.restore(Fixture.text(kubeProxy(flavour)));
      node.program(cluster);

      assertThat(node.read().objects()).isEqualTo(node.compiled(cluster).objects());
      for (String table : List.of("filter", "nat")) {
        assertThat(node.listed(table)).doesNotContain("KUBE-SEP-", "default/gone");
      }
      assertThat(node.listed("filter")).contains("-A INPUT -j KUBE-FIREWALL");
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
      node.listed(table)
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
