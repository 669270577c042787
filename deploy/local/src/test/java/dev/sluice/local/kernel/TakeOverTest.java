package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.OpenConnections;
import dev.sluice.local.lab.OpenConnections.Repeater;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That a node changes hands from kube-proxy without a connection lost. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class TakeOverTest {
  private static final int CONNECTIONS = 100;

  private NodeLab lab;
  private Pod before;
  private Pod after;

  @BeforeAll
  void build() {
    lab = NodeLab.create();
    lab.addPod("a");
    before = lab.addPod("b"); // which kube-proxy's rules lead to
    after = lab.addPod("c");
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "from kube-proxy's iptables mode it is a change of mode, which has tests of its own")
  @Conformance({Row.S4, Row.S3})
  void openConnectionsGoOnAndNewOnesSucceedFromBeforeUntilAfter(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    InetSocketAddress web = FrontEnds.of(cluster, "web", flavour).clusterIp();
    try (Repeater _ = Repeater.start(before, listening(before, flavour));
        Repeater _ = Repeater.start(after, listening(after, flavour));
        ProgrammedNode node = new ProgrammedNode(lab.node(), flavour)) {
      node.iptables().restore(Fixture.text(IptablesOthersTest.kubeProxy(flavour)));
      try (OpenConnections connections = OpenConnections.open(CONNECTIONS, lab.client(), web)) {
        Traffic traffic = Traffic.start(lab.client(), web.getAddress(), web.getPort());

        Echoing.throughout(connections, CONNECTIONS, () -> node.program(cluster));
        // kube-proxy's own chains have gone in the same pass; next, another pod takes over
        assertThat(node.iptables().listed("nat")).doesNotContain("KUBE-SEP-", "default/gone");
        Cluster moved = cluster.with(Cluster.of("web-moved.yaml").objects());
        Echoing.throughout(connections, CONNECTIONS, () -> node.update(moved));

        assertThat(traffic.stop())
            .hasSizeGreaterThan(20)
            .allSatisfy(result -> assertThat(result).isInstanceOf(ProbeResult.Answer.class));
        assertThat(new Asker(lab.client()).server(Transport.TCP, web)).isEqualTo("c");
      }
    }
  }

  private static InetSocketAddress listening(Pod pod, Flavour flavour) {
    return new InetSocketAddress(flavour.address(pod), 8080);
  }
}
