package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
  private static NodeFacts node(NodePortAddresses nodePorts, String... addresses) {
    return new NodeFacts(
        new NodePolicy(false, new LocalPods.InRanges(List.of()), nodePorts),
        Stream.of(addresses).map(IpAddress::parse).collect(Collectors.toSet()));
  }

  private static List<String> nodePorts(NodeFacts node, IpFamily family) {
    return node.nodePortAddresses(family).stream().map(IpAddress::toString).toList();
  }

  private static NodePortAddresses in(String... ranges) {
    return new NodePortAddresses(Optional.of(Stream.of(ranges).map(Cidr::parse).toList()), true);
  }

  @Test
  void nodePortsAreOnAllAddressesButLoopbackAndLinkLocal() {
    NodeFacts node =
        node(
            new NodePortAddresses(Optional.empty(), true),
            "192.0.2.11",
            "10.0.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.1.1",
            "::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "2001:db8::11");

    assertThat(nodePorts(node, IpFamily.IPV4))
        .containsExactly("10.0.0.1", "169.254.1.1", "192.0.2.11");
    assertThat(nodePorts(node, IpFamily.IPV6)).containsExactly("2001:db8::11", "fec0::1");
  }

  @Test
  void rangesChooseAddressesOfTheirFamily() {
    NodeFacts node =
        node(in("10.0.0.0/8", "127.0.0.0/8"), "10.1.2.3", "192.0.2.11", "127.0.0.1", "fd00::1");

    assertThat(nodePorts(node, IpFamily.IPV4)).containsExactly("10.1.2.3");
    assertThat(nodePorts(node, IpFamily.IPV6)).isEmpty();
  }

  @Test
  void rangesOfAllAddressesChooseAll() {
    NodeFacts node = node(in("0.0.0.0/0", "::/0"), "10.1.2.3", "127.0.0.1", "fd00::1", "::1");

    assertThat(nodePorts(node, IpFamily.IPV4)).containsExactly("10.1.2.3");
    assertThat(nodePorts(node, IpFamily.IPV6)).containsExactly("fd00::1");
  }

  @Test
  void beforeAnythingIsKnownThereAreNone() {
    assertThat(NodeFacts.NOTHING_KNOWN.nodePortAddresses(IpFamily.IPV4)).isEmpty();
  }
}
