package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.UdpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** That the change between iptables and IPVS mode loses no datagram. */
@IpvsTest
@PacketTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ModeSwitchUdpTest {
  private static final Path CONNECTIONS = Path.of("/proc/thread-self/net/ip_vs_conn");

  private final PacketLab lab;

  ModeSwitchUdpTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.S7)
  void aClientThatKeepsItsSocketIsAnsweredAllAlong(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("balanced.yaml");
    try (SwitchedNode node =
            new SwitchedNode(lab.network().node(), flavour, cluster, Flavour.podCidrsKnown(false));
        UdpClient client =
            UdpClient.open(
                lab.network().client(), FrontEnds.of(cluster, "balanced", flavour).clusterIp())) {
      node.toIpvs();
      String server = client.ask();
      assertThat(server).isIn("a", "b", "c");

      assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
      assertThat(client.ask()).isEqualTo(server);

      node.clock.move(SwitchedNode.PERIOD);
      assertThat(node.leaveIpvs()).isEqualTo(Leaving.DONE);
      awaitNoIpvsConnections();
      String next = client.ask();
      assertThat(next).isIn("a", "b", "c");
      node.assertIptablesAlone();

      node.toIpvs();
      assertThat(client.ask()).isEqualTo(next);
    }
  }

  /**
   * A kernel thread forgets the connections of destinations that were removed, a tick later or more
   * (expire_nodest_conn_work in ip_vs_ctl.c), and with each the conntrack entry of its addresses,
   * though that be a new one by now: the client would then be balanced once more.
   */
  private void awaitNoIpvsConnections() {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () ->
                assertThat(
                        lab.network()
                            .node()
                            .<List<String>, IOException>call(() -> Files.readAllLines(CONNECTIONS)))
                    .as("lines of %s, its title among them", CONNECTIONS)
                    .hasSize(1));
  }
}
