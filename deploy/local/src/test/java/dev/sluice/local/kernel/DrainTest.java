package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.MovedClock;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.OpenConnections;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That what is not wanted any more goes only with its last connection, in IPVS mode. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class DrainTest {
  private static final Duration PERIOD = Duration.ofMinutes(5);

  /** Two for each pod. */
  private static final int CONNECTIONS = 8;

  /** The Service of spread.yaml. */
  private static final ServiceName SPREAD = new ServiceName("default", "spread");

  private final Cluster cluster = Cluster.of("spread.yaml");
  private EchoLab lab;

  @BeforeAll
  void build() throws IOException {
    lab = EchoLab.create();
  }

  @AfterAll
  void remove() throws IOException {
    lab.close();
  }

  /** A node with the Service, and connections to each of its pods. */
  private final class Scene implements AutoCloseable {
    final MovedClock clock = new MovedClock();
    final InetSocketAddress spread;
    final InetAddress last;
    final IpvsServers kernel;
    final ProgrammedNode node;
    final OpenConnections connections;

    Scene(Flavour flavour) throws IOException {
      spread = FrontEnds.of(cluster, "spread", flavour).clusterIp();
      last = flavour.address(lab.pods().getLast());
      kernel =
          new IpvsServers(
              lab.node(),
              flavour,
              NodeConfig.DEFAULTS,
              IpvsServers.settings(IpvsOptions.DEFAULTS, Exclusions.NONE, PERIOD),
              clock);
      node = new ProgrammedNode(NodeConfig.DEFAULTS, kernel);
      var _ = node.program(cluster);
      connections = OpenConnections.open(CONNECTIONS, lab.client(), spread);
    }

    Cluster withoutLast() {
      return cluster.withoutEndpoint(last);
    }

    int weightOfLast() throws IOException {
      return kernel.weights(Protocol.TCP, spread).getOrDefault(last, -1);
    }

    /** Whether the last pod gets any of as many connections as would reach each pod. */
    boolean lastGetsNew() {
      return Probe.of(lab.client(), Transport.TCP, spread.getAddress(), spread.getPort())
              .distribution(CONNECTIONS)
              .count("d")
          > 0;
    }

    /** Looks again and again, on the kernel's clock, until its connections are forgotten. */
    void tickUntilForgotten() throws Exception {
      long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      do {
        Thread.sleep(200);
        clock.move(Duration.ofSeconds(1));
        var _ = node.backend().tick();
      } while (node.backend().due().isPresent() && System.nanoTime() < limit);
    }

    @Override
    public void close() throws IOException {
      connections.close();
      node.close();
    }
  }

  @EveryFlavour
  @Conformance(Row.V1)
  void aRemovedEndpointKeepsItsConnectionsAndGetsNoNewOnes(Flavour flavour) throws Exception {
    try (Scene scene = new Scene(flavour)) {
      Echoing.throughout(
          scene.connections,
          CONNECTIONS,
          () -> {
            scene.node.update(scene.withoutLast());
            assertThat(scene.weightOfLast()).isZero();
            assertThat(scene.lastGetsNew()).isFalse();
            scene.clock.move(PERIOD.minusSeconds(1));
            // at node ports it has none
            var _ = scene.node.backend().tick();
          });
      assertThat(scene.weightOfLast()).isZero();
      // a datagram's flow would never end
      assertThat(scene.kernel.weights(Protocol.UDP, scene.spread)).doesNotContainKey(scene.last);
    }
  }

  @EveryFlavour
  @Conformance(Row.V1)
  void aRemovedEndpointGoesWhenItsTimeIsOver(Flavour flavour) throws Exception {
    try (Scene scene = new Scene(flavour)) {
      scene.node.update(scene.withoutLast());
      scene.clock.move(PERIOD);

      assertThat(scene.node.backend().due())
          .hasValueSatisfying(due -> assertThat(due).isBefore(scene.clock.instant()));
      scene.node.backend().tick();

      assertThat(scene.weightOfLast()).isEqualTo(-1);
      assertThat(scene.connections.echoing()).isEqualTo(CONNECTIONS - 2);
      assertThat(scene.node.backend().due()).isEmpty();
    }
  }

  @EveryFlavour
  @Conformance({Row.V1, Row.V2, Row.S3})
  void itDrainsOnOverARestartAndServesAgainWhenItReturns(Flavour flavour) throws Exception {
    try (Scene scene = new Scene(flavour)) {
      Echoing.throughout(
          scene.connections,
          CONNECTIONS,
          () -> {
            scene.node.update(scene.withoutLast());
            scene.node.restart();
            assertThat(scene.node.program(scene.withoutLast()).commits()).isZero();
            assertThat(scene.weightOfLast()).isZero();
            scene.clock.move(PERIOD.minusSeconds(1));
            scene.node.backend().tick();
            assertThat(scene.weightOfLast()).isZero();

            scene.node.update(scene.withoutLast().with(cluster.objects()));
            assertThat(scene.weightOfLast()).isOne();
            assertThat(scene.lastGetsNew()).isTrue();
          });
      scene.clock.move(PERIOD);
      scene.node.backend().tick();
      assertThat(scene.connections.echoing()).isEqualTo(CONNECTIONS);
    }
  }

  @EveryFlavour
  @Conformance({Row.V1, Row.S3})
  void aDeletedServiceGoesWithItsLastConnectionAlsoOverARestart(Flavour flavour) throws Exception {
    try (Scene scene = new Scene(flavour)) {
      Cluster deleted = cluster.without(SPREAD.key());
      Echoing.throughout(
          scene.connections,
          CONNECTIONS,
          () -> {
            scene.node.update(deleted);
            assertOnlyClosing(scene);
            scene.node.restart();
            scene.node.program(deleted);
            assertOnlyClosing(scene);
            scene.node.restart();
            scene.node.program(deleted);
          });
      assertThat(new Asker(lab.client()).server(Transport.TCP, scene.spread))
          .isNotIn("a", "b", "c", "d");

      scene.connections.close();
      scene.tickUntilForgotten();

      assertThat(scene.kernel.objects()).allMatch(each -> each.startsWith("set "));
    }
  }

  private static void assertOnlyClosing(Scene scene) throws IOException {
    assertThat(scene.kernel.weights(Protocol.TCP, scene.spread).values())
        .hasSize(4)
        .containsOnly(0);
    assertThat(scene.kernel.weights(Protocol.UDP, scene.spread)).isEmpty();
    assertThat(scene.kernel.objects())
        .contains("address " + IpAddress.parse(scene.spread.getAddress().getHostAddress()));
  }

  @EveryFlavour(families = IpFamily.IPV4) // the kernel takes its time to forget
  @Conformance(Row.V1)
  void anEndpointWhoseConnectionsHaveEndedGoes(Flavour flavour) throws Exception {
    try (Scene scene = new Scene(flavour)) {
      scene.node.update(scene.withoutLast());
      scene.connections.close();
      scene.tickUntilForgotten();

      assertThat(scene.weightOfLast()).isEqualTo(-1);
      assertThat(scene.kernel.weights(Protocol.TCP, scene.spread)).hasSize(3);
      assertThat(scene.lastGetsNew()).isFalse();
    }
  }
}
