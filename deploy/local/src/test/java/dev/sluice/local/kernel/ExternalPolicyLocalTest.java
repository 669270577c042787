package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets from outside to a Service that only serves them where it has endpoints. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ExternalPolicyLocalTest {
  private static final NodeConfig POD_CIDRS_KNOWN = Flavour.podCidrsKnown(false);

  private PacketLab lab;

  @BeforeAll
  void build() {
    lab = PacketLab.create();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void clientsOutsideReachThisNodesEndpointsByTheirOwnAddress(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "here", flavour).external()) {
        for (Transport transport : Transport.values()) {
          Distribution answers = lab.client().distribution(20, transport, target);

          assertThat(answers.failures()).isEmpty();
          assertThat(answers.answers()).containsOnlyKeys("b");
          assertThat(lab.client().seenSource(transport, target))
              .isEqualTo(flavour.client().getHostAddress());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void podsAndTheNodeItselfReachTheWholeClustersEndpoints(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    Asker pod = lab.pod(lab.a());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "here", flavour).external()) {
        for (Asker asker : List.of(pod, lab.node())) {
          Distribution answers = asker.distribution(100, TCP, target);
          assertThat(Fairness.of(answers, "b", "c")).isEqualTo(Fairness.FAIR);
        }
        assertThat(pod.seenSource(TCP, target))
            .isEqualTo(flavour.address(lab.a()).getHostAddress());
        assertThat(lab.node().seenSource(TCP, target))
            .isEqualTo(flavour.gateway().getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatReachesItselfIsAnswered(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "here", flavour).nodePort();
    for (NodeConfig config : List.of(NodeConfig.DEFAULTS, POD_CIDRS_KNOWN)) {
      try (ProgrammedNode _ = lab.programmed(flavour, cluster, config)) {
        Distribution answers = lab.pod(lab.b()).distribution(40, TCP, target);

        assertThat(answers.failures()).isEmpty();
        assertThat(answers.answers()).containsKey("b");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void podsThatCannotBeToldAreTakenForClientsOutside(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "here", flavour).loadBalancerIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution answers = lab.pod(lab.a()).distribution(20, TCP, target);

      assertThat(answers.failures()).isEmpty();
      assertThat(answers.answers()).containsOnlyKeys("b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsClusterIpIsNotConcerned(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    FrontEnds here = FrontEnds.of(cluster, "here", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      Distribution answers = lab.client().distribution(100, TCP, here.clusterIp());

      assertThat(Fairness.of(answers, "b", "c")).isEqualTo(Fairness.FAIR);
    }
  }

  @ParameterizedTest
  @EnumSource
  void withEndpointsElsewhereOnlyClientsOutsideGetNoAnswer(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    FrontEnds elsewhere = FrontEnds.of(cluster, "elsewhere", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : elsewhere.external()) {
        assertThat(lab.client().server(TCP, target)).isEqualTo(Asker.TIMED_OUT);
        assertThat(lab.client().server(UDP, target)).isEqualTo(Asker.TIMED_OUT);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void withEndpointsElsewhereOnlyPodsAndTheNodeItselfReachThose(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    FrontEnds elsewhere = FrontEnds.of(cluster, "elsewhere", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : elsewhere.external()) {
        for (Transport transport : Transport.values()) {
          assertThat(lab.pod(lab.a()).server(transport, target)).isEqualTo("c");
          assertThat(lab.node().server(transport, target)).isEqualTo("c");
          assertThat(lab.node().seenSource(transport, target))
              .isEqualTo(flavour.gateway().getHostAddress());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutAnyEndpointEverybodyIsRefused(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "nowhere", flavour).external()) {
        for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
          assertThat(asker.server(TCP, target)).isEqualTo(Asker.REFUSED);
          assertThat(asker.server(UDP, target)).isEqualTo(Asker.REFUSED);
        }
        assertThat(lab.node().server(TCP, target)).isEqualTo(Asker.REFUSED);
        assertThat(lab.node().server(UDP, target)).isIn(Asker.REFUSED, Asker.NOT_PERMITTED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endpointsHereThatTerminateServeClientsOutsideWhileNoneHereIsReady(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.of("external-local.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "draining", flavour).external()) {
        Distribution outside = lab.client().distribution(10, TCP, target);
        Distribution inside = lab.pod(lab.a()).distribution(10, TCP, target);

        assertThat(outside.failures()).isEmpty();
        assertThat(outside.answers()).containsOnlyKeys("b");
        assertThat(inside.failures()).isEmpty();
        assertThat(inside.answers()).containsOnlyKeys("c");
      }
    }
  }
}
