package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;

/** Packets to a port of the node. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NodePortTest {
  private final PacketLab lab;

  NodePortTest(PacketLab lab) {
    this.lab = lab;
  }

  private static final int PORT = 30080;
  private static final String ROUTE_LOCALNET = "net/ipv4/conf/all/route_localnet";

  @EveryFlavour
  @Conformance(Row.F4)
  void clientsPodsAndTheNodeItselfReachItAtTheNodesAddress(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        assertThat(asker.server(TCP, flavour.node(), PORT)).isEqualTo("b");
        assertThat(asker.server(UDP, flavour.node(), PORT)).isEqualTo("b");
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F4)
  void everyAddressOfTheNodeHasIt(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      assertThat(lab.client().server(TCP, flavour.gateway(), PORT)).isEqualTo("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.F5)
  void loopbackHasItNotUnlessAskedFor(Flavour flavour) throws IOException {
    NodeConfig config = NodeConfig.DEFAULTS.withLocalhostNodePorts(false);
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"), config)) {
      assertThat(lab.node().server(TCP, flavour.loopback(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.node().server(UDP, flavour.loopback(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }

  @EveryFlavour
  @Conformance(Row.F4)
  void addressesOutsideTheRangesGivenHaveItNot(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ =
        lab.programmed(flavour, cluster, nodePortsOn("10.244.1.0/24", "fd00:10:244:1::/64"))) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.client().server(UDP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.client().server(TCP, flavour.gateway(), PORT)).isEqualTo("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.F4)
  void rangesThatHoldEveryAddressHaveItToo(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, nodePortsOn("0.0.0.0/0", "::/0"))) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo("b");
    }
  }

  @EveryFlavour
  @Conformance({Row.F4, Row.I6})
  void rangesOfTheOtherFamilyLeaveThisOneWithout(Flavour flavour) throws IOException {
    NodeConfig otherFamily = nodePortsOn(flavour.family() == IpFamily.IPV4 ? "::/0" : "0.0.0.0/0");
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, otherFamily)) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }

  @EveryFlavour
  @Conformance({Row.F4, Row.I9})
  void onlyThePrimaryAddressHasItWhereAskedFor(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml").with(node());
    NodeConfig primary = nodePorts(new NodePorts.Primary());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, primary)) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo("b");
      assertThat(lab.client().server(TCP, flavour.gateway(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "the kernel lets nothing leave that comes from 127.0.0.0/8")
  @Conformance(Row.F5)
  void theNodesOwnLoopbackHasItWhereAskedFor(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml");
    NetworkNamespace node = lab.network().node();
    node.sysctl(ROUTE_LOCALNET, "1");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      boolean ipv4 = flavour.family() == IpFamily.IPV4;

      assertThat(lab.node().server(TCP, flavour.loopback(), PORT))
          .isEqualTo(ipv4 ? "b" : Asker.REFUSED);
      assertThat(lab.node().server(UDP, flavour.loopback(), PORT))
          .isEqualTo(ipv4 ? "b" : Asker.REFUSED);
    } finally {
      node.sysctl(ROUTE_LOCALNET, "0");
    }
  }

  /** With route_localnet, the kernel itself would let them in. */
  @EveryFlavour(families = IpFamily.IPV4)
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "it does not set route_localnet, by which they would get there")
  @Conformance(Row.F5)
  void packetsFromElsewhereDoNotReachDaemonsOnLoopback(Flavour flavour) throws IOException {
    NetworkNamespace node = lab.network().node();
    NetworkNamespace client = lab.network().client();
    node.sysctl(ROUTE_LOCALNET, "1");
    client.sysctl(ROUTE_LOCALNET, "1");
    client.exec("ip", "address", "del", "127.0.0.1/8", "dev", "lo");
    client.exec("ip", "route", "add", "127.0.0.1", "via", NodeLab.NODE_V4).orThrow();
    try (EchoServer _ = EchoServer.start(node, "daemon", flavour.loopback(), 9000)) {
      assertThat(lab.client().server(TCP, flavour.loopback(), 9000)).isEqualTo("daemon");

      try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
        assertThat(lab.client().server(TCP, flavour.loopback(), 9000)).isEqualTo(Asker.TIMED_OUT);
        assertThat(lab.node().server(TCP, flavour.loopback(), 9000)).isEqualTo("daemon");
        assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo("b");
      }
    } finally {
      client.exec("ip", "route", "del", "127.0.0.1").orThrow();
      client.exec("ip", "address", "add", "127.0.0.1/8", "dev", "lo").orThrow();
      client.sysctl(ROUTE_LOCALNET, "0");
      node.sysctl(ROUTE_LOCALNET, "0");
    }
  }

  private static Node node() {
    List<NodeAddress> addresses = new ArrayList<>();
    for (String address :
        List.of(NodeLab.NODE_V4, NodeLab.NODE_V6, NodeLab.POD_GATEWAY_V4, NodeLab.POD_GATEWAY_V6)) {
      addresses.add(new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse(address)));
    }
    return new Node(Cluster.NODE, addresses, "", List.of(), false, false);
  }

  private static NodeConfig nodePortsOn(String... ranges) {
    return nodePorts(new NodePorts.InRanges(Stream.of(ranges).map(Cidr::parse).toList()));
  }

  private static NodeConfig nodePorts(NodePorts nodePorts) {
    return new NodeConfig(false, new DetectLocal.ClusterCidrs(List.of()), nodePorts, true);
  }
}
