package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets to a port of the node. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class NodePortTest {
  private PacketLab lab;

  @BeforeAll
  void build() {
    lab = PacketLab.create();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  private static final int PORT = 30080;

  @ParameterizedTest
  @EnumSource
  void clientsPodsAndTheNodeItselfReachItAtTheNodesAddress(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()), lab.node())) {
        assertThat(asker.server(TCP, flavour.node(), PORT)).isEqualTo("b");
        assertThat(asker.server(UDP, flavour.node(), PORT)).isEqualTo("b");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyAddressOfTheNodeHasIt(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      assertThat(lab.client().server(TCP, flavour.gateway(), PORT)).isEqualTo("b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void loopbackHasItNot(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, Cluster.of("node-port.yaml"))) {
      assertThat(lab.node().server(TCP, flavour.loopback(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.node().server(UDP, flavour.loopback(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void addressesOutsideTheRangesGivenHaveItNot(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ =
        lab.programmed(flavour, cluster, nodePortsOn("10.244.1.0/24", "fd00:10:244:1::/64"))) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.client().server(UDP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
      assertThat(lab.client().server(TCP, flavour.gateway(), PORT)).isEqualTo("b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rangesThatHoldEveryAddressHaveItToo(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, nodePortsOn("0.0.0.0/0", "::/0"))) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo("b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rangesOfTheOtherFamilyLeaveThisOneWithout(Flavour flavour) throws IOException {
    IptablesOptions otherFamily =
        nodePortsOn(flavour.family() == IpFamily.IPV4 ? "::/0" : "0.0.0.0/0");
    Cluster cluster = Cluster.of("node-port.yaml");
    try (ProgrammedNode _ = lab.programmed(flavour, cluster, otherFamily)) {
      assertThat(lab.client().server(TCP, flavour.node(), PORT)).isEqualTo(Asker.REFUSED);
    }
  }

  private static IptablesOptions nodePortsOn(String... ranges) {
    List<Cidr> cidrs = List.of(ranges).stream().map(Cidr::parse).toList();
    return new IptablesOptions(false, List.of(), cidrs, IptablesOptions.DEFAULT_MASQUERADE_BIT);
  }
}
