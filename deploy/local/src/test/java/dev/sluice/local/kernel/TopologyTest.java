package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That hints decide which endpoints a node uses, but not for policy Local. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class TopologyTest {
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
