package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.events.model.Node;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What source address a server sees. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class SourceAddressTest {
  private PacketLab lab;

  @BeforeAll
  void build() {
    lab = PacketLab.create();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  private static final NodeConfig POD_CIDRS_KNOWN = Flavour.podCidrsKnown(false);
  private static final NodeConfig ALL = Flavour.podCidrsKnown(true);

  @ParameterizedTest
  @EnumSource
  void throughANodePortItIsTheNodes(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.client().seenSource(transport, flavour.node(), 30080))
            .isEqualTo(flavour.gateway().getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void throughAClusterIpItIsTheClientsWherePodsCannotBeTold(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.client().seenSource(transport, web, 80))
            .isEqualTo(flavour.client().getHostAddress());
        assertThat(lab.pod(lab.a()).seenSource(transport, web, 80))
            .isEqualTo(flavour.address(lab.a()).getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void throughAClusterIpAPodKeepsItsOwnAndOthersGetTheNodes(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.pod(lab.a()).seenSource(transport, web, 80))
            .isEqualTo(flavour.address(lab.a()).getHostAddress());
        assertThat(lab.client().seenSource(transport, web, 80))
            .isEqualTo(flavour.gateway().getHostAddress());
        assertThat(lab.node().seenSource(transport, web, 80))
            .isEqualTo(flavour.gateway().getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void masqueradeAllGivesEverybodyTheNodes(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, ALL)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        assertThat(asker.seenSource(TCP, web, 80)).isEqualTo(flavour.gateway().getHostAddress());
        assertThat(asker.seenSource(UDP, web, 80)).isEqualTo(flavour.gateway().getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void podsAreToldByTheNodesRangesOfThem(Flavour flavour) throws IOException {
    assertOnlyPodsKeepTheirAddress(flavour, new DetectLocal.NodeCidrs());
  }

  @ParameterizedTest
  @EnumSource
  void podsAreToldByTheNamesOfTheirInterfaces(Flavour flavour) throws IOException {
    assertOnlyPodsKeepTheirAddress(flavour, new DetectLocal.InterfaceNamePrefix("pod"));
  }

  @ParameterizedTest
  @EnumSource
  void podsAreToldByTheOneInterfaceTheyAreBehind(Flavour flavour) throws IOException {
    String link = lab.a().nodeInterface();
    assertOnlyPodsKeepTheirAddress(flavour, new DetectLocal.BridgeInterface(link));
  }

  /** Pod a is one that is told by any means; the client and the node itself are none. */
  private void assertOnlyPodsKeepTheirAddress(Flavour flavour, DetectLocal detectLocal)
      throws IOException {
    Node node = new Node(Cluster.NODE, List.of(), "", Flavour.podCidrs(), false, false);
    Cluster cluster = Cluster.of("web.yaml").with(node);
    InetAddress web = cluster.clusterIp("web", flavour);
    NodeConfig config = new NodeConfig(false, detectLocal, new NodePorts.All(), true);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, config)) {
      assertThat(lab.pod(lab.a()).seenSource(TCP, web, 80))
          .isEqualTo(flavour.address(lab.a()).getHostAddress());
      for (Asker asker : List.of(lab.client(), lab.node())) {
        assertThat(asker.seenSource(TCP, web, 80)).isEqualTo(flavour.gateway().getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherMarkBitMasqueradesAsWell(Flavour flavour) throws IOException {
    IptablesOptions bit31 = new IptablesOptions(31, false);
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, ALL, bit31)) {
      assertThat(lab.client().seenSource(TCP, cluster.clusterIp("web", flavour), 80))
          .isEqualTo(flavour.gateway().getHostAddress());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatReachesItselfThroughAServiceSeesTheNodes(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("hairpin.yaml");
    InetAddress hairpin = cluster.clusterIp("hairpin", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.pod(lab.a()).server(transport, hairpin, 80)).isEqualTo("a");
        assertThat(lab.pod(lab.a()).seenSource(transport, hairpin, 80))
            .isEqualTo(flavour.gateway().getHostAddress());
        // and nobody else does
        assertThat(lab.pod(lab.b()).seenSource(transport, hairpin, 80))
            .isEqualTo(flavour.address(lab.b()).getHostAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectionsThatUseNoServiceAreLeftAlone(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("hairpin.yaml");
    InetAddress pod = flavour.address(lab.a());
    try (EchoServer _ = EchoServer.start(lab.network().node(), "daemon", flavour.node(), 9000);
        ProgrammedNode _ = lab.programmed(flavour, cluster, POD_CIDRS_KNOWN)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.pod(lab.a()).seenSource(transport, pod, 8080))
            .isEqualTo(pod.getHostAddress());
        assertThat(lab.client().seenSource(transport, pod, 8080))
            .isEqualTo(flavour.client().getHostAddress());
        assertThat(lab.node().seenSource(transport, pod, 8080))
            .isEqualTo(flavour.gateway().getHostAddress());
        assertThat(lab.node().seenSource(transport, flavour.node(), 9000))
            .isEqualTo(flavour.node().getHostAddress());
      }
    }
  }
}
