package dev.sluice.applier.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {
  private static final NodeConfig NODE_CIDRS = with(new DetectLocal.NodeCidrs());

  private static NodeConfig with(DetectLocal detectLocal) {
    return new NodeConfig(false, detectLocal, new NodePorts.All(), true);
  }

  private static NodeAddress address(NodeAddress.Type type, String text) {
    return new NodeAddress(type, IpAddress.parse(text));
  }

  private static Node node(List<NodeAddress> addresses, String... podCidrs) {
    List<Cidr> ranges = Stream.of(podCidrs).map(Cidr::parse).toList();
    return new Node("node-1", addresses, "", ranges, false, false);
  }

  private static Packet packet(String source, Optional<String> inInterface) {
    IpAddress from = IpAddress.parse(source);
    IpAddress to = IpAddress.parse(from.family() == IpFamily.IPV4 ? "10.96.0.1" : "fd00:96::1");
    return new Packet(from, to, 80, Protocol.TCP, inInterface);
  }

  @Test
  void podsAreToldByTheNodesFirstRangeOfEachFamily() {
    LocalPods pods =
        NODE_CIDRS.on(node(List.of(), "10.244.1.0/24", "fd00:244:1::/64", "10.9.0.0/16")).pods();

    assertThat(pods.known(IpFamily.IPV4)).isTrue();
    assertThat(pods.sent(packet("10.244.1.9", Optional.of("eth0")))).isTrue();
    assertThat(pods.sent(packet("fd00:244:1::9", Optional.empty()))).isTrue();
    assertThat(pods.sent(packet("10.244.2.9", Optional.of("eth0")))).isFalse();
    assertThat(pods.sent(packet("10.9.0.1", Optional.of("eth0")))).isFalse();
  }

  @Test
  void aFamilyWithoutRangeHasNoWayToTellPods() {
    LocalPods pods = NODE_CIDRS.on(node(List.of(), "10.244.1.0/24")).pods();

    assertThat(pods.known(IpFamily.IPV6)).isFalse();
    assertThat(pods.sent(packet("fd00:244:1::9", Optional.of("eth0")))).isFalse();
  }

  @Test
  void podsAreToldByTheInterfaceTheyComeBy() {
    LocalPods bridge = with(new DetectLocal.BridgeInterface("cni0")).on(node(List.of())).pods();
    LocalPods prefix = with(new DetectLocal.InterfaceNamePrefix("cali")).on(node(List.of())).pods();

    assertThat(bridge.sent(packet("192.0.2.1", Optional.of("cni0")))).isTrue();
    assertThat(bridge.sent(packet("192.0.2.1", Optional.of("cni01")))).isFalse();
    assertThat(bridge.sent(packet("192.0.2.1", Optional.empty()))).isFalse();
    assertThat(prefix.sent(packet("192.0.2.1", Optional.of("cali1234")))).isTrue();
    assertThat(prefix.sent(packet("192.0.2.1", Optional.of("eth0")))).isFalse();
  }

  @Test
  void aNodeWithoutRangesOfPodsLacksWhatNodeCidrNeeds() {
    assertThat(NODE_CIDRS.missing(node(List.of()))).contains("Node/node-1 has no podCIDRs");
    assertThat(NODE_CIDRS.missing(node(List.of(), "10.244.1.0/24"))).isEmpty();
    assertThat(NodeConfig.DEFAULTS.missing(node(List.of()))).isEmpty();
  }

  @Test
  void thePrimaryAddressIsTheFirstInternalOneOfEachFamily() {
    NodeConfig primary =
        new NodeConfig(
            false, new DetectLocal.ClusterCidrs(List.of()), new NodePorts.Primary(), true);
    NodePortAddresses addresses =
        primary
            .on(
                node(
                    List.of(
                        address(NodeAddress.Type.EXTERNAL_IP, "192.0.2.1"),
                        address(NodeAddress.Type.INTERNAL_IP, "172.20.0.1"),
                        address(NodeAddress.Type.INTERNAL_IP, "172.20.0.2"),
                        address(NodeAddress.Type.EXTERNAL_IP, "2001:db8::1"))))
            .nodePorts();

    assertThat(addresses.contains(IpAddress.parse("172.20.0.1"))).isTrue();
    assertThat(addresses.contains(IpAddress.parse("2001:db8::1"))).isTrue();
    assertThat(addresses.contains(IpAddress.parse("172.20.0.2"))).isFalse();
    assertThat(addresses.contains(IpAddress.parse("192.0.2.1"))).isFalse();
    assertThat(addresses.contains(IpAddress.parse("127.0.0.1"))).isFalse();
    assertThat(addresses.onLocalhost()).isFalse();
  }

  @Test
  void aNodeWithoutAddressesHasNoPrimaryOne() {
    NodePortAddresses none = new NodePortAddresses(Optional.of(List.of()), true);

    assertThat(none.contains(IpAddress.parse("172.20.0.1"))).isFalse();
    assertThat(none.ranges(IpFamily.IPV4)).contains(List.of());
  }

  @Test
  void loopbackHasNodePortsInIpv4OnlyAndOnlyIfWanted() {
    NodePortAddresses with = new NodePortAddresses(Optional.empty(), true);
    NodePortAddresses without = new NodePortAddresses(Optional.empty(), false);

    assertThat(with.contains(IpAddress.parse("127.0.0.1"))).isTrue();
    assertThat(with.contains(IpAddress.parse("::1"))).isFalse();
    assertThat(without.contains(IpAddress.parse("127.0.0.1"))).isFalse();
    assertThat(without.contains(IpAddress.parse("172.20.0.1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "a+", "a:b", "a\"b", "a\nb", "sixteen-letters-"})
  void whatCannotBeAnInterfaceIsRefused(String name) {
    assertThatThrownBy(() -> new DetectLocal.BridgeInterface(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DetectLocal.InterfaceNamePrefix(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoClusterRangesOfAFamilyAreRefused() {
    List<Cidr> two = List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("172.16.0.0/12"));

    assertThatThrownBy(() -> new DetectLocal.ClusterCidrs(two))
        .hasMessageContaining("one of a family");
  }
}
