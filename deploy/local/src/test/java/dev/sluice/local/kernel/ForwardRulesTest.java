package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.OpenConnections;
import dev.sluice.local.lab.OpenConnections.Repeater;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.RawSocket;
import dev.sluice.local.lab.RawSocket.Packet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** What is neither marked nor established, and what belongs to no connection at all. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ForwardRulesTest {
  private static final int INVALID_FROM = 999;

  private final PacketLab lab;

  ForwardRulesTest(PacketLab lab) {
    this.lab = lab;
  }

  /** The node's network plugin has to let pods' traffic pass; a proxy does so for its own only. */
  @EveryFlavour
  @Unsupported(backend = BackEnd.IPVS, reason = "what IPVS sends on does not pass FORWARD")
  @Conformance(Row.M6)
  void whatKeepsItsSourceIsLeftToTheHostsPolicy(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    FrontEnds here = FrontEnds.of(cluster, "here", flavour);
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : here.external()) {
        assertThat(lab.client().server(TCP, target)).isEqualTo("b");
        assertThat(lab.client().server(UDP, target)).isEqualTo("b");
      }
      forward(node, "DROP");
      try {
        assertThat(lab.client().server(TCP, here.loadBalancerIp())).isEqualTo(Asker.TIMED_OUT);
      } finally {
        forward(node, "ACCEPT");
      }
    }
  }

  @EveryFlavour
  @Unsupported(backend = BackEnd.IPVS, reason = "kube-proxy's iptables mode is compared with")
  @Conformance(Row.M6)
  void soDoesKubeProxyLeaveIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetSocketAddress web = FrontEnds.of(cluster, "web", flavour).clusterIp();
    try (ProgrammedNode node = new ProgrammedNode(lab.network().node(), flavour)) {
      node.installation().restore(Fixture.text(IptablesOthersTest.kubeProxy(flavour)));
      assertThat(lab.client().server(TCP, web)).isEqualTo("b");
      forward(node, "DROP");
      try {
        assertThat(lab.client().server(TCP, web)).isEqualTo(Asker.TIMED_OUT);

        node.program(cluster);

        assertThat(lab.client().server(TCP, web)).isEqualTo(Asker.TIMED_OUT);
      } finally {
        forward(node, "ACCEPT");
      }
      assertThat(lab.client().server(TCP, web)).isEqualTo("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.M6)
  void whatIsEstablishedPassesThoughItIsNotMarked(Flavour flavour) throws IOException {
    InetSocketAddress listen = new InetSocketAddress(flavour.address(lab.b()), 9090);
    try (Repeater _ = Repeater.start(lab.b(), listen);
        ProgrammedNode node = lab.programmed(flavour, Cluster.of("web.yaml"));
        OpenConnections open = OpenConnections.open(3, lab.network().client(), listen)) {
      forward(node, "DROP");
      try {
        assertThat(open.echoing()).isEqualTo(3);
      } finally {
        forward(node, "ACCEPT");
      }
    }
  }

  private static void forward(ProgrammedNode node, String policy) throws IOException {
    node.installation().restore("*filter\n:FORWARD " + policy + " [0:0]\nCOMMIT\n");
  }

  @EveryFlavour
  @Conformance(Row.M6)
  void segmentsOfNoConnectionAreDropped(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("web.yaml"))) {
      assertThat(sourcePortsSeen(flavour)).doesNotContain(INVALID_FROM);
    }
  }

  @EveryFlavour
  @Conformance(Row.M6)
  void theyPassWhereTheKernelIsLiberal(Flavour flavour) throws IOException {
    IptablesOptions liberal = IptablesOptions.DEFAULTS.withConntrackTcpLiberal(true);
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, NodeConfig.DEFAULTS, liberal)) {
      assertThat(sourcePortsSeen(flavour)).contains(INVALID_FROM);
    }
  }

  /** The source ports of what reaches pod b: a segment without flags first, then a connection. */
  private List<Integer> sourcePortsSeen(Flavour flavour) throws IOException {
    InetAddress pod = flavour.address(lab.b());
    try (RawSocket atPod = RawSocket.open(lab.b().namespace(), pod, RawSocket.TCP);
        RawSocket client =
            RawSocket.open(lab.network().client(), flavour.client(), RawSocket.TCP)) {
      client.send(pod, segmentWithoutFlags(INVALID_FROM, 8080));
      ProbeResult answer = Probe.tcp(lab.network().client(), pod.getHostAddress(), 8080).ask();
      assertThat(answer).isInstanceOf(ProbeResult.Answer.class);

      // whatever came before the connection's first segment is there now
      List<Integer> ports = new ArrayList<>();
      do {
        Packet packet = atPod.receive(Duration.ofSeconds(1)).orElseThrow();
        ports.add(Short.toUnsignedInt(packet.payload().getShort(0)));
      } while (ports.getLast() == INVALID_FROM);
      return ports;
    }
  }

  private static ByteBuffer segmentWithoutFlags(int sourcePort, int destinationPort) {
    return ByteBuffer.allocate(20)
        .putShort(0, (short) sourcePort)
        .putShort(2, (short) destinationPort)
        .put(12, (byte) (5 << 4)); // the header's length in words
  }
}
