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
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Packets from anywhere to the ClusterIP of a Service that only this node's endpoints serve. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class InternalPolicyLocalTest {
  private final PacketLab lab;

  InternalPolicyLocalTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance({Row.E2, Row.E6})
  void onlyEndpointsOfThisNodeAreUsed(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("internal-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "here", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        for (Transport transport : Transport.values()) {
          Distribution answers = asker.distribution(20, transport, target);

          assertThat(answers.failures()).isEmpty();
          assertThat(answers.answers()).containsOnlyKeys("b");
        }
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F7)
  void withEndpointsElsewhereOnlyThereIsNoAnswer(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("internal-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "elsewhere", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
        assertThat(asker.server(TCP, target)).isEqualTo(Asker.TIMED_OUT);
        assertThat(asker.server(UDP, target)).isEqualTo(Asker.TIMED_OUT);
      }
      assertThat(lab.node().server(TCP, target)).isEqualTo(Asker.TIMED_OUT);
    }
  }

  @EveryFlavour
  @Conformance(Row.E6)
  void itsNodePortIsNotConcerned(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("internal-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "elsewhere", flavour).nodePort();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.client().server(TCP, target)).isEqualTo("c");
      assertThat(lab.pod(lab.a()).server(UDP, target)).isEqualTo("c");
    }
  }

  @EveryFlavour
  @Conformance(Row.F6)
  void withoutAnyEndpointEverybodyIsRefused(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("internal-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "nowhere", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
        assertThat(asker.server(TCP, target)).isEqualTo(Asker.REFUSED);
        assertThat(asker.server(UDP, target)).isEqualTo(Asker.REFUSED);
      }
      assertThat(lab.node().server(TCP, target)).isEqualTo(Asker.REFUSED);
    }
  }

  @EveryFlavour
  @Conformance({Row.E2, Row.E3})
  void endpointsHereThatTerminateServeWhileNoneHereIsReady(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("internal-local.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "draining", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution answers = lab.pod(lab.a()).distribution(20, TCP, target);

      assertThat(answers.failures()).isEmpty();
      assertThat(answers.answers()).containsOnlyKeys("b");
    }
  }
}
