package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.ObjectKey;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Packets to a Service that nobody serves: refused at once, not left to time out. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NoEndpointsTest {
  private final PacketLab lab;

  NoEndpointsTest(PacketLab lab) {
    this.lab = lab;
  }

  private static final int PORT = 30080;

  @EveryFlavour
  @Conformance(Row.F6)
  void itsAddressRefuses(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("no-endpoints.yaml");
    InetAddress address = cluster.clusterIp("no-endpoints", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
        assertThat(asker.server(TCP, address, 80)).isEqualTo(Asker.REFUSED);
        assertThat(asker.server(UDP, address, 80)).isEqualTo(Asker.REFUSED);
      }
      assertThat(lab.node().server(TCP, address, 80)).isEqualTo(Asker.REFUSED);
      assertThat(lab.node().server(UDP, address, 80)).isEqualTo(flavour.refusedToTheNode());
    }
  }

  @EveryFlavour
  @Conformance(Row.F6)
  void itsNodePortRefusesEvenWhereADaemonOfTheNodeListens(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("no-endpoints.yaml");
    try (EchoServer _ = EchoServer.start(lab.network().node(), "daemon", flavour.node(), PORT);
        ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        assertThat(asker.server(TCP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
        assertThat(asker.server(UDP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F6)
  void theSameNumberElsewhereIsNotRefused(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("no-endpoints.yaml");
    InetAddress pod = flavour.address(lab.b());
    try (EchoServer _ = EchoServer.start(lab.b().namespace(), "pod", pod, PORT);
        ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.client().server(TCP, pod, PORT)).isEqualTo("pod");
      assertThat(lab.client().server(UDP, pod, PORT)).isEqualTo("pod");
    }
  }

  @EveryFlavour
  @Conformance(Row.F6)
  void itServesOnceItHasAnEndpointAndRefusesWhenThatGoes(Flavour flavour) throws IOException {
    Cluster served = Cluster.of("node-port.yaml");
    Cluster unserved = served;
    for (ObjectKey key : served.image().keys()) {
      unserved = key.kind() == ObjectKey.Kind.SERVICE ? unserved : unserved.without(key);
    }
    InetAddress address = served.clusterIp("node-port", flavour);
    try (ProgrammedNode node = lab.programmed(flavour, unserved)) {
      assertThat(lab.client().server(TCP, address, 80)).isEqualTo(Asker.REFUSED);

      node.update(served);
      assertThat(lab.client().server(TCP, address, 80)).isEqualTo("b");
      assertThat(lab.client().server(UDP, flavour.node(), PORT)).isEqualTo("b");

      node.update(unserved);
      assertThat(lab.client().server(TCP, address, 80)).isEqualTo(Asker.REFUSED);
      assertThat(lab.client().server(UDP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }
}
