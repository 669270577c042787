package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Packets to a Service's own address. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ClusterIpTest {
  private final PacketLab lab;

  ClusterIpTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance({Row.F1, Row.I6, Row.E1})
  void clientsPodsAndTheNodeItselfReachIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        assertThat(asker.server(TCP, web, 80)).isEqualTo("b");
        assertThat(asker.server(UDP, web, 80)).isEqualTo("b");
      }
    }
  }

  @EveryFlavour
  @Conformance({Row.I3, Row.I7})
  void everyPortLeadsToItsOwnTarget(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.client().server(TCP, web, 80)).isEqualTo("b");
      assertThat(lab.client().server(UDP, web, 80)).isEqualTo("b");
      assertThat(lab.client().server(TCP, web, 81)).isEqualTo("b-admin");
      assertThat(lab.client().server(UDP, web, 82)).isEqualTo("b-admin");
    }
  }

  @EveryFlavour
  @Conformance({Row.I7, Row.F11})
  void theSameNumberUnderTheOtherProtocolIsNoPortOfIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.node().server(UDP, web, 81)).isEqualTo(flavour.noSuchPort());
      assertThat(lab.node().server(TCP, web, 82)).isEqualTo(flavour.noSuchPort());
    }
  }

  @EveryFlavour
  @Conformance({Row.E1, Row.F10})
  void connectionsAreSpreadFairlyOverAllEndpoints(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("balanced.yaml");
    InetAddress balanced = cluster.clusterIp("balanced", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Transport transport : Transport.values()) {
        Distribution answers = lab.client().distribution(600, transport, balanced, 80);

        assertThat(Fairness.of(answers, "a", "b", "c")).isEqualTo(Fairness.FAIR);
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.I5)
  void anEndpointInTwoSlicesCountsOnce(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("two-slices.yaml");
    InetAddress moving = cluster.clusterIp("moving", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution answers = lab.client().distribution(600, TCP, moving, 80);

      assertThat(Fairness.of(answers, "b", "c")).isEqualTo(Fairness.FAIR);
    }
  }

  @EveryFlavour
  @Conformance(Row.E3)
  void terminatingEndpointsServeOnlyWhileNoneIsReady(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("terminating.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution draining =
          lab.client().distribution(30, TCP, cluster.clusterIp("draining", flavour), 80);
      Distribution rolling =
          lab.client().distribution(30, TCP, cluster.clusterIp("rolling", flavour), 80);

      assertThat(draining.failures()).isEmpty();
      assertThat(draining.answers()).containsOnlyKeys("b");
      assertThat(rolling.failures()).isEmpty();
      assertThat(rolling.answers()).containsOnlyKeys("a");
    }
  }

  @EveryFlavour
  @Conformance(Row.I4)
  void conditionsThatAreNotSetMeanReadyServingAndNotTerminating(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.of("unset-conditions.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution plain =
          lab.client().distribution(20, TCP, cluster.clusterIp("plain", flavour), 80);
      Distribution ending =
          lab.client().distribution(20, TCP, cluster.clusterIp("ending", flavour), 80);

      assertThat(plain.failures()).isEmpty();
      assertThat(plain.answers()).containsOnlyKeys("a");
      assertThat(ending.failures()).isEmpty();
      assertThat(ending.answers()).containsOnlyKeys("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.I2)
  void slicesOfOthersDoNotCount(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("partly-ours.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution answers =
          lab.client().distribution(30, TCP, cluster.clusterIp("partly", flavour), 80);

      assertThat(answers.failures()).isEmpty();
      assertThat(answers.answers()).containsOnlyKeys("c");
    }
  }

  @EveryFlavour
  @Conformance({Row.I1, Row.I2})
  void servicesOfOthersLeaveNoRule(Flavour flavour) throws IOException {
    try (ProgrammedNode node = lab.programmed(flavour, Cluster.EMPTY)) {
      String before = node.installation().listing();

      node.program(Cluster.of("not-ours.yaml"));

      assertThat(node.installation().listing()).isEqualTo(before);
    }
  }
}
