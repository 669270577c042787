package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.Distribution;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** That hints decide which endpoints a node uses, but not for policy Local. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TopologyTest {
  private final PacketLab lab;

  TopologyTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance({Row.E5, Row.I9})
  void endpointsHintedForThisZoneAreUsed(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("zones.yaml");
    FrontEnds zoned = FrontEnds.of(cluster, "zoned", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : List.of(zoned.clusterIp(), zoned.nodePort())) {
        Distribution answers = lab.client().distribution(20, TCP, target);

        assertThat(answers.failures()).isEmpty();
        assertThat(answers.answers()).containsOnlyKeys("b");
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.E4)
  void endpointsHintedForThisNodeAreUsedWhateverTheirZone(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-hints.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Distribution hinted =
          lab.client().distribution(20, TCP, cluster.clusterIp("hinted", flavour), 80);
      Distribution partly =
          lab.client().distribution(100, TCP, cluster.clusterIp("partly-hinted", flavour), 80);

      assertThat(hinted.failures()).isEmpty();
      assertThat(hinted.answers()).containsOnlyKeys("b");
      assertThat(Fairness.of(partly, "b", "c")).isEqualTo(Fairness.FAIR);
    }
  }

  @EveryFlavour
  @Conformance(Row.E2)
  void policyLocalUsesAllOfThisNode(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("zones.yaml");
    FrontEnds local = FrontEnds.of(cluster, "zoned-local", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : List.of(local.clusterIp(), local.nodePort())) {
        Distribution answers = lab.client().distribution(100, TCP, target);

        assertThat(Fairness.of(answers, "a", "b")).isEqualTo(Fairness.FAIR);
      }
    }
  }
}
