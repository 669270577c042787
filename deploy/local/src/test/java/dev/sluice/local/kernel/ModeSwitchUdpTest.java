package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.UdpClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** That the change between iptables and IPVS mode loses no datagram. */
@IpvsTest
@PacketTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ModeSwitchUdpTest {
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
      String next = client.ask();
      assertThat(next).isIn("a", "b", "c");
      node.assertIptablesAlone();

      node.toIpvs();
      assertThat(client.ask()).isEqualTo(next);
    }
  }
}
