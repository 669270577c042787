package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.kernel.ReusedPorts.Outcome;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * That in IPVS mode no connection is sent to a pod that was destroyed, not even one from a port
 * whose last connection that pod had (kubernetes/kubernetes#81775).
 */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class RollingUpdateTest {
  private static final int PORT = 8080;

  /** As many as balanced.yaml has endpoints. */
  private static final int PODS = 3;

  private final List<EchoServer> servers = new ArrayList<>();
  private NodeLab lab;

  @BeforeEach
  void build() {
    lab = NodeLab.create();
    for (int i = 1; i <= PODS; i++) {
      var _ = addPod("old" + i);
    }
  }

  @AfterEach
  void remove() {
    servers.forEach(EchoServer::close);
    lab.close();
  }

  private Pod addPod(String name) {
    Pod pod = lab.addPod(name);
    pod.addresses().forEach(address -> servers.add(EchoServer.start(pod, address, PORT)));
    return pod;
  }

  @EveryFlavour
  @Conformance({Row.V3, Row.S2})
  void noConnectionFailsWhileAllPodsAreReplaced(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("balanced.yaml");
    try (ProgrammedNode node = node(flavour, IpvsBackend.Settings.DEFAULT_DRAIN_PERIOD)) {
      var _ = node.program(cluster);
      ReusedPorts client = ReusedPorts.start(lab.client(), service(cluster, flavour));
      client.awaitRounds(4);
      for (Pod old : lab.pods()) {
        Cluster without = cluster.withoutEndpoint(flavour.address(old));
        replace(node, client, old, without);
        Pod fresh = addPod("new-of-" + old.name());
        cluster = without.withEndpoint(flavour.address(fresh));
        var _ = node.update(cluster);
        client.awaitRounds(4);
      }
      Outcome outcome = client.stop();

      assertThat(outcome.failures()).as(outcome.toString()).isEmpty();
      assertThat(outcome.connections()).isGreaterThan(1000);
    }
  }

  /** Without which the test above would show nothing. */
  @Test
  void withoutWhatProtectsThemConnectionsFail() throws Exception {
    Flavour flavour = Flavour.IPVS_IPV4;
    Cluster cluster = Cluster.of("balanced.yaml");
    try (ProgrammedNode node = node(flavour, Duration.ZERO)) {
      var _ = node.program(cluster);
      lab.node().sysctl("net/ipv4/vs/expire_nodest_conn", "0");
      lab.node().sysctl("net/ipv4/vs/conn_reuse_mode", "0");
      ReusedPorts client = ReusedPorts.start(lab.client(), service(cluster, flavour));
      client.awaitRounds(4);
      Pod old = lab.pods().getFirst();
      replace(node, client, old, cluster.withoutEndpoint(flavour.address(old)));
      client.awaitRounds(4);

      Outcome outcome = client.stop();
      assertThat(outcome.failures()).isNotEmpty();
    }
  }

  private ProgrammedNode node(Flavour flavour, Duration drainPeriod) {
    return new ProgrammedNode(
        NodeConfig.DEFAULTS,
        new IpvsServers(
            lab.node(),
            flavour,
            NodeConfig.DEFAULTS,
            IpvsServers.settings(IpvsOptions.DEFAULTS, Exclusions.NONE, drainPeriod),
            Clock.systemUTC()));
  }

  private static InetSocketAddress service(Cluster cluster, Flavour flavour) {
    return FrontEnds.of(cluster, "balanced", flavour).clusterIp();
  }

  /** An endpoint leaves, and after a moment its pod is no more. */
  private void replace(ProgrammedNode node, ReusedPorts client, Pod old, Cluster without)
      throws IOException, InterruptedException {
    var _ = node.update(without);
    var _ = node.backend().tick();
    client.awaitRounds(1);
    lab.node().exec("ip", "link", "delete", old.nodeInterface()).orThrow();
    client.awaitRounds(4);
  }
}
