package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * That ten thousand flows are spread over all endpoints alike. The kernel's randomness takes no
 * seed, so a fair one fails once in a million runs.
 */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ManyFlowsTest {
  private static final int FLOWS = 10_000;
  private static final int BATCH = 200; // fits into any receive buffer
  private static final int FIRST_PORT = 20_000;

  private NodeLab lab;

  @BeforeAll
  void build() {
    lab = NodeLab.create();
    List.of("a", "b", "c").forEach(lab::addPod);
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @EveryFlavour
  @Conformance(Row.F10)
  void tenThousandAreSpreadFairlyOverThreeEndpoints(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("balanced.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "balanced", flavour).clusterIp();
    try (ProgrammedNode node = new ProgrammedNode(lab.node(), flavour);
        DatagramSinks sinks = DatagramSinks.open(lab.pods(), flavour::address, 8080)) {
      node.program(cluster);
      // flows of the flavour before came from the same ports, and would go on as they went
      lab.node().exec("conntrack", "--flush").orThrow();
      for (int sent = 0; sent < FLOWS; sent += BATCH) {
        send(flavour, FIRST_PORT + sent, target);
        sinks.await(sent + BATCH);
      }

      assertThat(Fairness.of(new Distribution(sinks.counts(), List.of()), "a", "b", "c"))
          .isEqualTo(Fairness.FAIR);
    }
  }

  /** A datagram from each of a batch of ports. */
  private void send(Flavour flavour, int firstPort, InetSocketAddress target) throws IOException {
    InetAddress source = flavour.client();
    StandardProtocolFamily family =
        flavour.family() == IpFamily.IPV4
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    lab.client()
        .<IOException>run(
            () -> {
              for (int port = firstPort; port < firstPort + BATCH; port++) {
                try (DatagramChannel channel = DatagramChannel.open(family)) {
                  channel.bind(new InetSocketAddress(source, port));
                  channel.send(ByteBuffer.allocate(1), target);
                }
              }
            });
  }
}
