package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** A host that forwards nothing unless it is told to. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ForwardPolicyTest {
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
  @Conformance(Row.M6)
  void whatIsOursPassesAndNothingElse(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      node.iptables().restore("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n");
      try {
        for (InetSocketAddress target : FrontEnds.of(cluster, "open", flavour).external()) {
          assertThat(lab.client().server(TCP, target)).isEqualTo("b");
          assertThat(lab.client().server(UDP, target)).isEqualTo("b");
        }
        assertThat(lab.client().server(TCP, flavour.address(lab.b()), 8080))
            .isEqualTo(Asker.TIMED_OUT);
      } finally {
        node.iptables().restore("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
      }
    }
  }
}
