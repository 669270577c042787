package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.IpAddress;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What a change in IPVS mode does to the node besides. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IpvsChangeTest {
  private static final int CHANGES = 100;

  private final Cluster cluster = Cluster.of("spread.yaml");
  private NetworkNamespace node;

  @BeforeEach
  void build() {
    node = NetworkNamespace.create("node");
  }

  @AfterEach
  void remove() {
    node.close();
  }

  @EveryFlavour
  @Conformance(Row.V6)
  void noChangeOfEndpointsStartsAProcess(Flavour flavour) throws Exception {
    try (IpvsServers kernel = servers(flavour)) {
      // without its namespace, for which each call would start a thread, and those count
      Backend backend = kernel.start().backend();
      node.<IOException>run(
          () -> {
            plan(backend, cluster);
            var _ = backend.apply();
            long before = started();
            for (int change = 0; change < CHANGES; change++) {
              plan(backend, cluster.withEndpoint(flavour.otherClient(1 + change)));
              assertThat(backend.apply().objects()).isPositive();
            }
            // the kernel and the JVM may start a thread meanwhile
            assertThat(started() - before).isLessThan(CHANGES / 10);
          });
    }
  }

  private static void plan(Backend backend, Cluster cluster) {
    backend.plan(cluster.policy(NodeConfig.DEFAULTS), cluster.virtualServers());
  }

  /** How many processes and threads this kernel has started. */
  private static long started() throws IOException {
    return Files.readAllLines(Path.of("/proc/stat")).stream()
        .filter(line -> line.startsWith("processes "))
        .mapToLong(line -> Long.parseLong(line.substring("processes ".length())))
        .findFirst()
        .orElseThrow();
  }

  @EveryFlavour
  @Conformance(Row.V5)
  void theDeviceWithServicesAddressesIsNeverUp(Flavour flavour) throws Exception {
    try (IpvsServers kernel = servers(flavour)) {
      Backend backend = kernel.start();
      plan(backend, cluster);
      var _ = backend.apply();

      assertThat(kernel.device()).contains("kube-ipvs0", "state DOWN").doesNotContain("UP");
      assertThat(kernel.objects())
          .contains(
              "address " + IpAddress.parse(cluster.clusterIp("spread", flavour).getHostAddress()));
    }
  }

  private IpvsServers servers(Flavour flavour) {
    return new IpvsServers(node, flavour, NodeConfig.DEFAULTS, IptablesOptions.DEFAULTS);
  }
}
