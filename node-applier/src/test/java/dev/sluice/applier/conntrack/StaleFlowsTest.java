package dev.sluice.applier.conntrack;

import static dev.sluice.applier.conntrack.Flows.udp;
import static dev.sluice.applier.conntrack.UdpServices.DNS;
import static dev.sluice.applier.conntrack.UdpServices.SERVICE;
import static dev.sluice.applier.conntrack.UdpServices.endpoint;
import static dev.sluice.applier.conntrack.UdpServices.image;
import static dev.sluice.applier.conntrack.UdpServices.ready;
import static dev.sluice.applier.conntrack.UdpServices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StaleFlowsTest {
  private static final OwnNodePorts EVERYWHERE =
      new OwnNodePorts(
          Set.of(IpAddress.parse("172.20.0.1"), IpAddress.parse("127.0.0.1")),
          new NodePortAddresses(Optional.empty(), false));

  private final UdpFrontEnds fronts = new UdpFrontEnds();

  private StaleFlows with(String... manifests) {
    return with(EVERYWHERE, manifests);
  }

  private StaleFlows with(OwnNodePorts nodePorts, String... manifests) {
    Set<UdpFrontEnd> changed = fronts.replace(DNS, UdpServices.udp(image(manifests)));
    return new StaleFlows(fronts, changed, nodePorts);
  }

  @Test
  void aFlowIsStaleWhenItsEndpointServesNoLonger() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.2:5353"))).isFalse();
    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.3:5353"))).isTrue();
    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.2:53"))).isTrue();
  }

  @Test
  void aNodePortIsOnTheNodesAddressesOnly() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("172.20.0.1:30053", "10.244.1.2:5353"))).isFalse();
    assertThat(stale.test(udp("172.20.0.1:30053", "10.244.1.3:5353"))).isTrue();
    assertThat(stale.test(udp("172.20.0.9:30053", "10.244.1.3:5353"))).isFalse();
  }

  @Test
  void aNodePortIsOnTheRangesGivenOnly() {
    NodePortAddresses ranges =
        new NodePortAddresses(Optional.of(List.of(Cidr.parse("192.168.0.0/16"))), false);
    OwnNodePorts other = new OwnNodePorts(EVERYWHERE.own(), ranges);
    StaleFlows stale = with(other, SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("172.20.0.1:30053", "10.244.1.3:5353"))).isFalse();
  }

  @Test
  void aDaemonOnALoopbackAddressKeepsItsFlows() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("127.0.0.53:30053", "127.0.0.53:30053"))).isFalse();
    assertThat(stale.test(udp("127.0.0.1:30053", "10.244.1.3:5353"))).isTrue();
  }

  @Test
  void aFlowFromBeforeTheServiceHadAnEndpointIsStale() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("10.96.0.10:53", "10.96.0.10:53"))).isTrue();
    assertThat(stale.test(udp("172.20.0.1:30053", "172.20.0.1:30053"))).isTrue();
  }

  @Test
  void everyFlowIsStaleWhenTheLastEndpointIsGone() {
    StaleFlows stale = with(SERVICE);

    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.2:5353"))).isTrue();
    assertThat(stale.test(udp("172.20.0.1:30053", "10.244.1.2:5353"))).isTrue();
  }

  @Test
  void theFlowsOfADeletedServiceAreStale() {
    StaleFlows _ = with(SERVICE, slice(ready("10.244.1.2")));
    StaleFlows stale = with();

    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.2:5353"))).isTrue();
    assertThat(stale.test(udp("172.20.0.1:30053", "10.244.1.2:5353"))).isTrue();
    assertThat(stale.test(udp("10.96.0.11:53", "10.244.1.2:5353"))).isFalse();
    // not one of the Service's
    assertThat(stale.test(udp("172.20.0.1:30053", "172.20.0.1:30053"))).isFalse();
  }

  @Test
  void anEndpointKeepsItsFlowsWhileItTerminatesAsLongAsItServes() {
    String leaving = endpoint("10.244.1.3", "ready: false, serving: true, terminating: true");
    String left = endpoint("10.244.1.4", "ready: false, serving: false, terminating: true");
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2"), leaving, left));

    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.3:5353"))).isFalse();
    assertThat(stale.test(udp("10.96.0.10:53", "10.244.1.4:5353"))).isTrue();
  }

  @Test
  void flowsOfOthersAreNot() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("10.96.0.10:54", "10.244.1.3:5353"))).isFalse();
    assertThat(stale.test(udp("10.244.1.3:5353", "10.244.1.3:5353"))).isFalse();
    assertThat(stale.test(udp("[fd00:10:96::b]:53", "[fd00::3]:5353"))).isFalse();
    assertThat(stale.test(Flows.flow(Flows.TCP, "10.96.0.10:53", "10.244.1.3:5353", 0))).isFalse();
  }

  @Test
  void thePacketAsAnotherZoneTracksItIsNot() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(Flows.flow(Flows.UDP, "10.96.0.10:53", "10.96.0.10:53", 7))).isFalse();
    assertThat(stale.test(Flows.flow(Flows.UDP, "10.96.0.10:53", "10.244.1.3:5353", 7))).isTrue();
  }

  @Test
  void bothFamiliesAreTold() {
    StaleFlows stale = with(SERVICE, slice(ready("10.244.1.2")));

    assertThat(stale.test(udp("[fd00:10:96::a]:53", "[fd00::3]:5353"))).isTrue();
  }

  @Test
  void onlyWhatHasChangedIsReported() {
    UdpService two =
        UdpServices.udp(image(SERVICE, slice(ready("10.244.1.2"), ready("10.244.1.3"))));
    String hinted = endpoint("10.244.1.3", "ready: false, serving: true, terminating: true");

    assertThat(fronts.replace(DNS, two)).hasSize(4);
    assertThat(fronts.replace(DNS, two)).isEmpty();
    assertThat(
            fronts.replace(
                DNS, UdpServices.udp(image(SERVICE, slice(ready("10.244.1.2"), hinted)))))
        .isEmpty();
    assertThat(fronts.replace(DNS, UdpServices.udp(image(SERVICE, slice(ready("10.244.1.2"))))))
        .hasSize(2); // of IPv4
    assertThat(fronts.replace(DNS, UdpService.NONE)).hasSize(4);
  }

  @Test
  void twoServicesMayNameTheSameAddress() {
    UdpFrontEnd shared = UdpFrontEnd.at(Flows.addressPort("192.0.2.1:53"));
    AddressPort one = Flows.addressPort("10.244.1.2:53");
    AddressPort other = Flows.addressPort("10.244.1.3:53");
    fronts.replace(DNS, new UdpService(Map.of(shared, Set.of(one))));
    ServiceName second = new ServiceName("default", "second");
    fronts.replace(second, new UdpService(Map.of(shared, Set.of(other))));

    assertThat(fronts.serves(shared, one)).contains(true);
    assertThat(fronts.serves(shared, other)).contains(true);
    fronts.replace(second, UdpService.NONE);
    assertThat(fronts.serves(shared, other)).contains(false);
    fronts.replace(DNS, UdpService.NONE);
    assertThat(fronts.serves(shared, one)).isEmpty();
  }
}
