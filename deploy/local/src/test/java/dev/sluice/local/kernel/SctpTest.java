package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.RawSocket;
import dev.sluice.local.lab.RawSocket.Packet;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** SCTP, packet by packet: a kernel need not speak it itself to forward it. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SctpTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int TARGET_PORT = 9050;

  private final PacketLab lab;
  private int sourcePort = 20_000; // each association has one of its own

  SctpTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.I7)
  void anAssociationReachesThePodThroughEveryFrontEndAndIsAnswered(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.of("sctp.yaml");
    FrontEnds signalling = FrontEnds.of(cluster, "signalling", flavour);
    InetAddress client = flavour.client();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      NetworkNamespace from = lab.network().client();
      // the ClusterIP leaves a client its address, whatever is external masquerades it
      assertAssociates(flavour, from, client, signalling.clusterIp(), client);
      for (InetSocketAddress target : signalling.external()) {
        assertAssociates(flavour, from, client, target, flavour.gateway());
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.I7)
  void podsReachItToo(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sctp.yaml");
    InetAddress pod = flavour.address(lab.a());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      InetSocketAddress target = FrontEnds.of(cluster, "signalling", flavour).clusterIp();
      assertAssociates(flavour, lab.a().namespace(), pod, target, pod);
    }
  }

  private void assertAssociates(
      Flavour flavour,
      NetworkNamespace from,
      InetAddress source,
      InetSocketAddress target,
      InetAddress seenSource)
      throws IOException {
    InetAddress pod = flavour.address(lab.b());
    try (RawSocket server = RawSocket.open(lab.b().namespace(), pod, RawSocket.SCTP);
        RawSocket client = RawSocket.open(from, source, RawSocket.SCTP)) {
      int port = sourcePort++;
      SctpPacket init = SctpPacket.init(port, target.getPort(), port);
      client.send(target.getAddress(), init.bytes());

      Packet arrived = server.receive(LIMIT).orElseThrow();
      SctpPacket seen = SctpPacket.parse(arrived.payload());
      assertThat(arrived.source()).isEqualTo(seenSource);
      assertThat(seen)
          .isEqualTo(SctpPacket.init(seen.sourcePort(), TARGET_PORT, init.initiateTag()));

      server.send(arrived.source(), seen.acknowledged(7).bytes());

      Packet answer = client.receive(LIMIT).orElseThrow();
      assertThat(answer.source()).isEqualTo(target.getAddress());
      assertThat(SctpPacket.parse(answer.payload())).isEqualTo(init.acknowledged(7));
    }
  }

  @EveryFlavour
  @Conformance({Row.I7, Row.F6})
  void withoutEndpointsItIsRefusedAtEveryFrontEnd(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sctp.yaml");
    FrontEnds silent = FrontEnds.of(cluster, "silent", flavour);
    List<InetSocketAddress> targets = new ArrayList<>(silent.external());
    targets.add(silent.clusterIp());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : targets) {
        try (RawSocket client =
            RawSocket.open(lab.network().client(), flavour.client(), RawSocket.SCTP)) {
          client.connect(target.getAddress());
          SctpPacket init = SctpPacket.init(sourcePort++, target.getPort(), 1);
          client.send(target.getAddress(), init.bytes());

          assertThatThrownBy(() -> client.receive(LIMIT)).isInstanceOf(ConnectException.class);
        }
      }
    }
  }
}
