package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.program.Backend;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NamespacedBackend;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What is a sign that rules were taken away, and what is none. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesCanaryTest {
  private static final Cluster CLUSTER = Cluster.of("node-port.yaml");

  private NetworkNamespace node;

  @BeforeEach
  void build() {
    node = NetworkNamespace.create("canary");
  }

  @AfterEach
  void remove() {
    node.close();
  }

  @EveryFlavour
  void aFlushOfAnyTableIsSeenAndOurOwnWritesAreNot(Flavour flavour) throws IOException {
    // run where the test is, which is inside the namespace whenever a tool is run
    IptablesTools tools =
        IptablesTools.find(Optional.of(flavour.backend().variant()), Command.HERE);
    Backend backend =
        new NamespacedBackend(
            node, new IptablesBackend(tools, flavour.family(), IptablesOptions.DEFAULTS));
    assertThat(backend.flushed()).as("before anything is written").isFalse();
    plan(backend, CLUSTER);
    assertThat(backend.apply().commits()).isOne();
    assertThat(backend.flushed()).as("after our own write").isFalse();
    for (Table table : new Table[] {Table.NAT, Table.FILTER}) {
      for (String words : new String[] {"-F", "-X"}) {
        String damage = table + " " + words;
        run(flavour, table, "-N", "OTHERS");
        run(flavour, table, "-A", "OTHERS", "-j", "RETURN");
        assertThat(backend.flushed()).as("others add rules").isFalse();
        run(flavour, table, "-F");
        if (words.equals("-X")) {
          assertThat(backend.flushed()).as("%s -F", table).isTrue();
        }
        run(flavour, table, "-X");

        assertThat(backend.flushed()).as(damage).isTrue();
        assertThat(backend.flushed()).as("it is told once").isFalse();
        assertThat(backend.repair().commits()).as(damage).isOne();
        assertThat(backend.flushed()).as("after the repair").isFalse();
      }
    }

    plan(backend, CLUSTER.withEndpoint(flavour.otherClient(7)));
    run(flavour, Table.NAT, "-F");
    assertThat(backend.apply().commits()).isOne();
    assertThat(backend.flushed()).as("a flush just before our own write").isTrue();
    assertThat(backend.repair().objects()).isPositive();
    plan(backend, CLUSTER);
    assertThat(backend.apply().commits()).isOne();
    assertThat(backend.flushed()).as("an endpoint less, as we want it").isFalse();
    node.<Object, IOException>call(() -> new IptablesKernel(tools, flavour.family()).removeAll());
    backend.close();
  }

  private static void plan(Backend backend, Cluster cluster) {
    backend.plan(cluster.policy(NodeConfig.DEFAULTS), cluster.virtualServers());
  }

  private void run(Flavour flavour, Table table, String... words) {
    String tool = flavour.tool("save").replace("-save", "");
    String[] command = new String[words.length + 4];
    command[0] = tool;
    command[1] = "-w";
    command[2] = "-t";
    command[3] = table.toString();
    System.arraycopy(words, 0, command, 4, words.length);
    node.exec(command).orThrow();
  }
}
