package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Packets to a Service's own address. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ClusterIpTest {
  private PacketLab lab;

  @BeforeAll
  void build() {
    lab = PacketLab.create();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @EveryFlavour
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
  void theSameNumberUnderTheOtherProtocolIsNoPortOfIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.node().server(UDP, web, 81)).isEqualTo(Asker.TIMED_OUT);
      assertThat(lab.node().server(TCP, web, 82)).isEqualTo(Asker.TIMED_OUT);
    }
  }

  @EveryFlavour
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
  void anEndpointInTwoSlicesCountsOnce(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("two-slices.yaml");
    InetAddress moving = cluster.clusterIp("moving", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution answers = lab.client().distribution(600, TCP, moving, 80);

      assertThat(Fairness.of(answers, "b", "c")).isEqualTo(Fairness.FAIR);
    }
  }

  @EveryFlavour
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
  void servicesOfOthersLeaveNoRule(Flavour flavour) throws IOException {
    try (ProgrammedNode node = lab.programmed(flavour, Cluster.EMPTY)) {
      String filter = node.iptables().listed("filter");
      String nat = node.iptables().listed("nat");

      node.program(Cluster.of("not-ours.yaml"));

      assertThat(node.iptables().listed("filter")).isEqualTo(filter);
      assertThat(node.iptables().listed("nat")).isEqualTo(nat);
    }
  }
}
