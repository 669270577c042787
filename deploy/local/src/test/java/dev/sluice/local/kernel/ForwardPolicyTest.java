package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** A host that forwards nothing unless it is told to. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ForwardPolicyTest {
  private final PacketLab lab;

  ForwardPolicyTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.M6)
  void whatIsOursPassesAndNothingElse(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      node.installation().restore("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n");
      try {
        for (InetSocketAddress target : FrontEnds.of(cluster, "open", flavour).external()) {
          assertThat(lab.client().server(TCP, target)).isEqualTo("b");
          assertThat(lab.client().server(UDP, target)).isEqualTo("b");
        }
        assertThat(lab.client().server(TCP, flavour.address(lab.b()), 8080))
            .isEqualTo(Asker.TIMED_OUT);
      } finally {
        node.installation().restore("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
      }
    }
  }
}
