package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.RestoreScript;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Cidr;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That the kernel holds just what was compiled, as it lists it. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesStateTest {
  private static final int SERVICES = 200;
  private static final int EDITS = 30;
  private static final long SEED = 20_260_101;

  /** All that shapes rules. */
  private static final NodeConfig RICH =
      new NodeConfig(
          false,
          new DetectLocal.ClusterCidrs(Flavour.podCidrs()),
          new NodePorts.InRanges(
              List.of(
                  Cidr.parse("127.0.0.0/8"),
                  Cidr.parse("172.20.0.0/16"),
                  Cidr.parse("fd00:172:20::/64"))),
          true);

  private static final NodeConfig BY_INTERFACE =
      new NodeConfig(
          false,
          new DetectLocal.InterfaceNamePrefix("pod"),
          new NodePorts.InRanges(List.of(Cidr.parse("64.0.0.0/2"), Cidr.parse("::/8"))),
          false);

  private static final NodeConfig BY_BRIDGE =
      new NodeConfig(
          false, new DetectLocal.BridgeInterface("cni0"), new NodePorts.Primary(), false);

  private NetworkNamespace namespace;

  @BeforeAll
  void build() {
    namespace = NetworkNamespace.create("state");
  }

  @AfterAll
  void remove() {
    namespace.close();
  }

  @EveryFlavour
  @Conformance(Row.T2)
  void theKernelListsWhatWasCompiled(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.random(new RandomCluster(new Random(SEED)), SERVICES);
    for (NodeConfig config : List.of(NodeConfig.DEFAULTS, RICH, BY_INTERFACE, BY_BRIDGE)) {
      try (ProgrammedNode node =
          new ProgrammedNode(namespace, flavour, config, IptablesOptions.DEFAULTS)) {
        Written written = node.program(cluster);

        Program<IptablesKey, String> compiled = node.iptables().planned(cluster);
        assertThat(written).isEqualTo(new Written(1, compiled.size()));
        assertThat(compiled.size()).isGreaterThan(SERVICES);
        assertThat(node.iptables().program().objects()).isEqualTo(compiled.objects());
        assertThat(node.backend().digest()).isEqualTo(compiled.digest());
      }
    }
  }

  @EveryFlavour
  @Conformance({Row.T2, Row.S1})
  void everyFrontEndAndPolicyIsListedAsCompiledAndNotWrittenAgain(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.EMPTY;
    for (String kind : List.of("load-balancers", "external-local", "internal-local", "zones")) {
      cluster = cluster.with(Cluster.of(kind + ".yaml").objects());
    }
    cluster = cluster.with(Cluster.of("sticky.yaml").objects());
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      node.program(cluster);

      assertThat(node.iptables().program().objects())
          .isEqualTo(node.iptables().planned(cluster).objects());
      node.restart();
      assertThat(node.program(cluster)).isEqualTo(Written.NOTHING);
    }
  }

  @EveryFlavour
  @Conformance(Row.S1)
  void aRestartOverTheSameClusterWritesNothing(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.random(new RandomCluster(new Random(SEED)), SERVICES);
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      node.program(cluster);

      node.restart();

      assertThat(node.program(cluster)).isEqualTo(Written.NOTHING);
      assertThat(node.backend().repair()).isEqualTo(Written.NOTHING);
    }
  }

  @EveryFlavour
  void anySequenceOfChangesLeadsToWhatAFreshCompilationGives(Flavour flavour) throws IOException {
    RandomCluster random = new RandomCluster(new Random(SEED));
    Cluster cluster = Cluster.random(random, SERVICES / 4);
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      node.program(cluster);
      for (int edit = 0; edit < EDITS; edit++) {
        cluster = cluster.with(random.edit(SERVICES / 4));
        node.update(cluster);

        Program<IptablesKey, String> compiled = node.iptables().planned(cluster);
        assertThat(node.backend().digest()).as("edit %d", edit).isEqualTo(compiled.digest());
        assertThat(node.iptables().program().objects())
            .as("edit %d", edit)
            .isEqualTo(compiled.objects());
      }
    }
  }

  @EveryFlavour
  void aChangeWritesOnlyWhatItTouches(Flavour flavour) throws IOException {
    Cluster many =
        Cluster.random(new RandomCluster(new Random(SEED)), SERVICES)
            .with(Cluster.of("web.yaml").objects());
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      node.program(many);

      // its four ports, each with a chain, change to the other pod, and so does the hairpin rule
      Written written = node.update(many.with(Cluster.of("web-moved.yaml").objects()));

      assertThat(written.commits()).isEqualTo(1);
      assertThat(written.objects()).isBetween(5, 8);
    }
  }

  @EveryFlavour
  @Conformance(Row.S5)
  void removingAllLeavesTheTablesEmpty(Flavour flavour) throws IOException {
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      node.program(Cluster.random(new RandomCluster(new Random(SEED)), SERVICES));

      node.iptables().clear();

      assertThat(node.iptables().program().objects()).isEmpty();
    }
  }

  @EveryFlavour
  void theToolsOwnTestAcceptsTheScript(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.random(new RandomCluster(new Random(SEED)), SERVICES);
    try (ProgrammedNode node =
        new ProgrammedNode(namespace, flavour, RICH, IptablesOptions.DEFAULTS)) {
      String script = RestoreScript.of(node.iptables().planned(cluster));

      assertThat(node.iptables().restore(script, "--test").errors()).isEmpty();
      assertThat(node.iptables().restore(script, "--test").exitCode()).isZero();
      assertThat(node.iptables().restore(script, "--test", "--noflush").errors()).isEmpty();
      assertThat(node.iptables().restore(script, "--test", "--noflush").exitCode()).isZero();
      assertThat(node.iptables().program().objects()).isEmpty();
    }
  }
}
