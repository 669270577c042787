package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.events.model.Cidr;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.EchoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/**
 * A pod that reaches itself through an external address at another node. The client stands for the
 * pod and its own node, which lets it keep its address.
 */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SelfThroughAnotherNodeTest {
  private static final int POD = 5;

  /** The address ranges of all pods, of both nodes. */
  private static final NodeConfig ALL_PODS =
      new NodeConfig(
          false,
          new DetectLocal.ClusterCidrs(
              List.of(Cidr.parse("172.20.1.0/24"), Cidr.parse("fd00:172:20:1::/64"))),
          new NodePorts.All(),
          true);

  private final PacketLab lab;

  SelfThroughAnotherNodeTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.M5)
  void policyLocalAnswersIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("self-elsewhere.yaml");
    FrontEnds self = FrontEnds.of(cluster, "self", flavour);
    try (EchoServer _ = served(flavour);
        ProgrammedNode _ = lab.programmed(flavour, cluster, ALL_PODS)) {
      for (InetSocketAddress target : self.external()) {
        assertThat(lab.node().server(TCP, target)).isEqualTo("self");
        assertThat(lab.otherClient(flavour, POD).server(TCP, target)).isEqualTo("self");
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.M5)
  void policyClusterAnswersIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("self-elsewhere.yaml");
    FrontEnds anywhere = FrontEnds.of(cluster, "self-anywhere", flavour);
    try (EchoServer _ = served(flavour);
        ProgrammedNode _ = lab.programmed(flavour, cluster, ALL_PODS)) {
      for (InetSocketAddress target : anywhere.external()) {
        assertThat(lab.otherClient(flavour, POD).server(TCP, target)).isEqualTo("self");
      }
    }
  }

  private EchoServer served(Flavour flavour) {
    return EchoServer.start(lab.network().client(), "self", flavour.otherClient(POD), 8080);
  }
}
