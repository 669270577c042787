package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Packets to addresses that somebody routes to the node, and who may send them. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LoadBalancerTest {
  private final PacketLab lab;

  LoadBalancerTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.F3)
  void clientsPodsAndTheNodeItselfReachEveryAddress(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "open", flavour).external()) {
        for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
          assertThat(asker.server(TCP, target)).isEqualTo("b");
          assertThat(asker.server(UDP, target)).isEqualTo("b");
        }
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.M4)
  void whoeverComesByThemIsMasqueraded(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    String masqueraded = flavour.gateway().getHostAddress();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : FrontEnds.of(cluster, "open", flavour).external()) {
        for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
          assertThat(asker.seenSource(TCP, target)).isEqualTo(masqueraded);
          assertThat(asker.seenSource(UDP, target)).isEqualTo(masqueraded);
        }
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F3)
  void anAddressInProxyModeHasNoRule(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    String delivered = flavour.family() == IpFamily.IPV4 ? "203.0.113.70" : "2001:db8:113::70";
    String proxied = flavour.family() == IpFamily.IPV4 ? "203.0.113.71" : "2001:db8:113::71";
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      assertThat(node.installation().listing()).contains(delivered).doesNotContain(proxied);
      assertThat(lab.client().server(TCP, InetAddress.ofLiteral(proxied), 80)).isNotEqualTo("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.F8)
  void sourceRangesLimitTheLoadBalancersAddressAndNoOther(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    FrontEnds limited = FrontEnds.of(cluster, "limited", flavour);
    InetSocketAddress balancer = limited.loadBalancerIp();
    Asker outside = lab.otherClient(flavour, 1);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.client().server(transport, balancer)).isEqualTo("b");

        assertThat(outside.server(transport, balancer)).isEqualTo(Asker.TIMED_OUT);
        assertThat(lab.pod(lab.a()).server(transport, balancer)).isEqualTo(Asker.TIMED_OUT);
        assertThat(outside.server(transport, limited.nodePort())).isEqualTo("b");
        assertThat(outside.server(transport, limited.clusterIp())).isEqualTo("b");
        assertThat(outside.server(transport, limited.externalIp())).isEqualTo("b");
      }
      assertThat(lab.node().server(TCP, balancer)).isEqualTo(Asker.TIMED_OUT);
    }
  }

  @EveryFlavour
  @Conformance({Row.F6, Row.F8})
  void withoutEndpointsItRefusesThoughSourceRangesExist(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    InetSocketAddress balancer =
        FrontEnds.of(cluster, "limited-unserved", flavour).loadBalancerIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
        assertThat(asker.server(TCP, balancer)).isEqualTo(Asker.REFUSED);
        assertThat(asker.server(UDP, balancer)).isEqualTo(Asker.REFUSED);
      }
      assertThat(lab.node().server(TCP, balancer)).isEqualTo(Asker.REFUSED);
      assertThat(lab.node().server(UDP, balancer)).isEqualTo(flavour.refusedToTheNode());
    }
  }

  @EveryFlavour
  @Conformance(Row.F8)
  void aNodeWithinTheSourceRangesReachesIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    InetSocketAddress balancer = FrontEnds.of(cluster, "limited-to-node", flavour).loadBalancerIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.node().server(TCP, balancer)).isEqualTo("b");
      assertThat(lab.node().server(UDP, balancer)).isEqualTo("b");
      assertThat(lab.client().server(TCP, balancer)).isEqualTo(Asker.TIMED_OUT);
    }
  }

  @EveryFlavour
  @Conformance(Row.F8)
  void soDoesANodeThatHasTheAddressItselfAndComesFromIt(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("load-balancers.yaml");
    for (InetSocketAddress balancer :
        FrontEnds.of(cluster, "limited-to-node", flavour).loadBalancerIps()) {
      String address = balancer.getAddress().getHostAddress();
      NetworkNamespace network = lab.network().node();
      network.exec("ip", "address", "add", address, "dev", "lo").orThrow();
      try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
        Asker node = new Asker(network, Optional.of(balancer.getAddress()));
        assertThat(node.server(TCP, balancer)).isEqualTo("b");
        assertThat(node.server(UDP, balancer)).isEqualTo("b");
        assertThat(lab.client().server(TCP, balancer)).isEqualTo(Asker.TIMED_OUT);
      } finally {
        network.exec("ip", "address", "delete", address, "dev", "lo").orThrow();
      }
    }
  }
}
