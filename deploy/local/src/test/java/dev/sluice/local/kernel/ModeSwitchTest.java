package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.kernel.ReusedPorts.Outcome;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.OpenConnections;
import dev.sluice.local.lab.ProbeResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That the change between iptables and IPVS mode loses no connection. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ModeSwitchTest {
  private static final int CONNECTIONS = 100;
  private static final int FEW = 8;
  private static final int ROUNDS = 3;

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

  private SwitchedNode node(Flavour flavour) {
    return new SwitchedNode(lab.node(), flavour, cluster, Flavour.podCidrsKnown(false));
  }

  private OpenConnections open(int number, Flavour flavour) throws IOException {
    return OpenConnections.open(number, lab.client(), frontEnds(flavour).clusterIp());
  }

  private FrontEnds frontEnds(Flavour flavour) {
    return FrontEnds.of(cluster, "spread", flavour);
  }

  /** Clients that connect all along: from outside, from the node itself, and from a pod. */
  private List<Traffic> traffic(Flavour flavour) throws InterruptedException {
    List<Traffic> all = new ArrayList<>();
    NetworkNamespace pod = lab.pods().getFirst().namespace();
    for (NetworkNamespace from : List.of(lab.client(), lab.node(), pod)) {
      InetSocketAddress web = frontEnds(flavour).clusterIp();
      all.add(Traffic.start(from, web.getAddress(), web.getPort()));
    }
    InetSocketAddress nodePort = frontEnds(flavour).nodePort();
    all.add(Traffic.start(lab.client(), nodePort.getAddress(), nodePort.getPort()));
    return all;
  }

  private static void assertAllAnswered(List<Traffic> all) throws Exception {
    for (Traffic traffic : all) {
      assertThat(traffic.stop())
          .hasSizeGreaterThan(20)
          .allSatisfy(result -> assertThat(result).isInstanceOf(ProbeResult.Answer.class));
    }
  }

  @EveryFlavour
  @Conformance({Row.S7, Row.S3})
  void noConnectionIsLostThereAndBackAndThereAgain(Flavour flavour) throws Exception {
    try (SwitchedNode node = node(flavour)) {
      node.toIptables();
      OpenConnections fromIptables = open(CONNECTIONS, flavour);
      try (fromIptables) {
        List<Traffic> traffic = traffic(flavour);
        Echoing.throughout(
            fromIptables, CONNECTIONS, () -> assertThat(node.toIpvs()).isEqualTo(Leaving.DONE));
        node.assertIpvsAlone();
        try (OpenConnections fromIpvs = open(CONNECTIONS, flavour)) {
          Echoing.throughout(
              fromIpvs,
              CONNECTIONS,
              () -> {
                assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
                assertThat(node.leaveIpvs()).isEqualTo(Leaving.DRAINING);
              });
          Echoing.throughout(fromIptables, CONNECTIONS, node::toIpvs);
          assertThat(fromIpvs.echoing()).isEqualTo(CONNECTIONS);
          node.assertIpvsAlone();
        }
        assertThat(fromIptables.echoing()).isEqualTo(CONNECTIONS);
        assertAllAnswered(traffic);
      }
    }
  }

  @EveryFlavour
  @Conformance({Row.S7, Row.V3})
  void aClientThatReusesItsPortsIsServedThereAndBack(Flavour flavour) throws Exception {
    try (SwitchedNode node = node(flavour)) {
      node.toIptables();
      ReusedPorts client = ReusedPorts.start(lab.client(), frontEnds(flavour).clusterIp());
      client.awaitRounds(ROUNDS);
      for (int i = 0; i < 2; i++) {
        node.toIpvs();
        client.awaitRounds(ROUNDS);
        node.toIptables();
        client.awaitRounds(ROUNDS);
      }
      Outcome outcome = client.stop();

      assertThat(outcome.failures()).as(outcome.toString()).isEmpty();
    }
  }

  @EveryFlavour
  @Conformance({Row.S7, Row.S8})
  void whatConnectionsNeedStaysUntilTheyEndAlsoOverARestart(Flavour flavour) throws Exception {
    try (SwitchedNode node = node(flavour)) {
      node.toIpvs();
      InetSocketAddress spread = frontEnds(flavour).clusterIp();
      try (OpenConnections connections = open(FEW, flavour)) {
        Echoing.throughout(
            connections,
            FEW,
            () -> {
              assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
              node.restart();
              assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
              assertThat(node.leaveIpvs()).isEqualTo(Leaving.DRAINING);
              assertThat(node.ipvs.weights(Protocol.TCP, spread).values())
                  .hasSize(4)
                  .containsOnly(0);
            });
        assertThat(node.ipvs.objects().stream().filter(each -> each.startsWith("virtual server")))
            .hasSize(1);
      }
      assertThat(node.leaveIpvsUntilForgotten()).isEqualTo(Leaving.DONE);
      node.assertIptablesAlone();
    }
  }

  @EveryFlavour
  @Conformance({Row.S7, Row.S8})
  void theTimeOfConnectionsIsLimited(Flavour flavour) throws Exception {
    try (SwitchedNode node = node(flavour)) {
      node.toIpvs();
      try (OpenConnections connections = open(FEW, flavour)) {
        assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
        node.clock.move(SwitchedNode.PERIOD.minusSeconds(1));
        assertThat(node.leaveIpvs()).isEqualTo(Leaving.DRAINING);
        assertThat(connections.echoing()).isEqualTo(FEW);

        node.clock.move(SwitchedNode.PERIOD);
        assertThat(node.leaveIpvs()).isEqualTo(Leaving.DONE);
        node.assertIptablesAlone();
      }
    }
  }

  @EveryFlavour
  @Conformance({Row.S8, Row.V2})
  void aModeThatIsWantedAgainWhileItDrainsServesAgain(Flavour flavour) throws Exception {
    try (SwitchedNode node = node(flavour)) {
      node.toIpvs();
      InetSocketAddress spread = frontEnds(flavour).clusterIp();
      try (OpenConnections connections = open(FEW, flavour)) {
        Echoing.throughout(
            connections,
            FEW,
            () -> {
              assertThat(node.toIptables()).isEqualTo(Leaving.DRAINING);
              assertThat(node.toIpvs()).isEqualTo(Leaving.DONE);
            });
        assertThat(node.ipvs.weights(Protocol.TCP, spread).values()).hasSize(4).containsOnly(1);
        node.clock.move(SwitchedNode.PERIOD);
        node.assertIpvsAlone();
        assertThat(connections.echoing()).isEqualTo(FEW);
      }
    }
  }
}
