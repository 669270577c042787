package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.EchoServer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;

/** A host that lets nothing in unless it is told to, and load balancers that ask for health. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HealthCheckPortTest {
  private static final int PORT = 32080;
  private static final int OTHER_PORT = PORT + 1;

  private final PacketLab lab;

  HealthCheckPortTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.M7)
  void thePortIsLetInAndItsNeighbourIsNot(Flavour flavour) throws IOException {
    lettingNothingElseIn(flavour, Cluster.of("health-checks.yaml"));
  }

  @EveryFlavour
  @Conformance(Row.M7)
  void oneAmongManyIsLetInToo(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("health-checks.yaml");
    Service asked = cluster.image().service(new ServiceName("default", "asked")).orElseThrow();
    List<ClusterObject> others =
        IntStream.range(1, 100).<ClusterObject>mapToObj(number -> other(asked, number)).toList();
    lettingNothingElseIn(flavour, cluster.with(others));
  }

  private void lettingNothingElseIn(Flavour flavour, Cluster cluster) throws IOException {
    try (ProgrammedNode node = lab.programmed(flavour, cluster);
        EchoServer _ = answering("health", flavour, PORT);
        EchoServer _ = answering("other", flavour, OTHER_PORT)) {
      assertThat(node.installation().read())
          .as("as the tools list it")
          .isEqualTo(node.installation().compiled(cluster));
      assertThat(lab.client().server(TCP, flavour.node(), OTHER_PORT)).isEqualTo("other");
      node.installation().restore("*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
      try {
        // the client's neighbour table is filled by the question above: ICMPv6 is dropped too
        assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo("health");
        assertThat(lab.client().server(TCP, flavour.node(), OTHER_PORT)).isEqualTo(Asker.TIMED_OUT);
      } finally {
        node.installation().restore("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
      }
    }
  }

  private EchoServer answering(String name, Flavour flavour, int port) {
    return EchoServer.start(lab.network().node(), name, flavour.node(), port);
  }

  /** A Service of its own address and ports, far enough from the other's neighbour. */
  private static Service other(Service like, int number) {
    return new Service(
        new ServiceName("default", "other-" + number),
        like.type(),
        like.clusterIps().stream()
            .map(ip -> new IpAddress(ip.family(), ip.high(), ip.low() + number))
            .toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        like.internalTrafficPolicy(),
        like.externalTrafficPolicy(),
        Optional.empty(),
        OTHER_PORT + number,
        "");
  }
}
