package dev.sluice.applier.forwarding;

import static dev.sluice.applier.forwarding.Asked.BY_ETH0;
import static dev.sluice.applier.forwarding.Asked.DEFAULT;
import static dev.sluice.applier.forwarding.Asked.NODE;
import static dev.sluice.applier.forwarding.Asked.OUTSIDE;
import static dev.sluice.applier.forwarding.Asked.POD;
import static dev.sluice.applier.forwarding.Asked.SENT_HERE;
import static dev.sluice.applier.forwarding.Asked.kinds;
import static dev.sluice.applier.forwarding.Asked.targets;
import static dev.sluice.applier.forwarding.Asked.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.applier.forwarding.Step.Kind;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which front end a packet meets, and what becomes of it there. */
class EvaluatorTest {
  @ParameterizedTest
  @CsvSource({
    "10.96.0.1:80,    ClusterIp,      ClusterIP of n/open:http",
    "198.51.100.1:80, ExternalIp,     external IP of n/open:http",
    "203.0.113.1:80,  LoadBalancerIp, load-balancer IP of n/open:http",
    "192.0.2.11:30001, NodePort,      node port of n/open:http",
    "127.0.0.1:30001, NodePort,       node port of n/open:http",
    "203.0.113.9:80,  ExternalIp,     external IP of n/open:http",
    "203.0.113.9:30001, NodePort,     node port of n/open:http",
  })
  void eachFrontEndLeadsToTheEndpoints(String destination, String kind, String named) {
    Explanation explanation = DEFAULT.tcp(OUTSIDE, destination);

    assertThat(targets(explanation))
        .containsExactly("10.244.1.1:8080 masqueraded", "10.244.2.1:8080 masqueraded");
    assertThat(explanation.server().orElseThrow().frontEnd().getClass().getSimpleName())
        .isEqualTo(kind);
    assertThat(explanation.set()).contains(EndpointSet.CLUSTER);
    assertThat(text(explanation, Kind.FRONT_END)).contains(named);
  }

  @Test
  void theFamiliesAreServedByThemselves() {
    assertThat(targets(DEFAULT.tcp("2001:db8::99", "[fd00:96::1]:80")))
        .containsExactly("fd00:244:1::1:8080");
    assertThat(targets(DEFAULT.tcp("2001:db8::99", "[2001:db8::11]:30001")))
        .containsExactly("fd00:244:1::1:8080 masqueraded");
    assertThat(DEFAULT.tcp("::1", "[::1]:30001").outcome()).isEqualTo(new Untouched());
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.2:80", "203.0.113.3:80", "192.0.2.11:30002"})
  void externalPolicyLocalServesOutsideFromThisNodeAndPodsAndTheNodeFromAll(String destination) {
    Explanation outside = DEFAULT.tcp(OUTSIDE, destination);
    Explanation pod = DEFAULT.tcp(POD, destination);
    Explanation node = DEFAULT.tcp(NODE, destination);

    assertThat(targets(outside)).containsExactly("10.244.1.2:8080");
    assertThat(outside.set()).contains(EndpointSet.LOCAL);
    assertThat(kinds(outside))
        .containsExactly(
            Kind.SENT_FROM_OUTSIDE, Kind.FRONT_END, Kind.ONLY_THIS_NODE, Kind.SOURCE_KEPT);
    assertThat(targets(pod)).containsExactly("10.244.1.2:8080", "10.244.2.2:8080");
    assertThat(pod.set()).contains(EndpointSet.CLUSTER);
    assertThat(kinds(pod))
        .containsExactly(Kind.SENT_BY_POD, Kind.FRONT_END, Kind.SHORT_CIRCUIT, Kind.SOURCE_KEPT);
    assertThat(targets(node))
        .containsExactly("10.244.1.2:8080 masqueraded", "10.244.2.2:8080 masqueraded");
    assertThat(kinds(node))
        .containsExactly(
            Kind.SENT_BY_NODE, Kind.FRONT_END, Kind.SHORT_CIRCUIT, Kind.MASQUERADE_NODE);
  }

  @Test
  void podsThatCannotBeToldAreOutside() {
    assertThat(targets(Asked.PODS_UNKNOWN.tcp(POD, "198.51.100.2:80")))
        .containsExactly("10.244.1.2:8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.3:80", "192.0.2.11:30003"})
  void withEndpointsElsewhereOnlyOutsideIsDroppedAndPodsAndTheNodeReachThem(String destination) {
    Explanation outside = DEFAULT.tcp(OUTSIDE, destination);

    assertThat(outside.outcome()).isEqualTo(new Dropped());
    assertThat(outside.set()).contains(EndpointSet.LOCAL);
    assertThat(kinds(outside))
        .containsExactly(
            Kind.SENT_FROM_OUTSIDE, Kind.FRONT_END, Kind.ONLY_THIS_NODE, Kind.NO_ENDPOINT_HERE);
    assertThat(targets(DEFAULT.tcp(POD, destination))).containsExactly("10.244.2.3:8080");
    assertThat(targets(DEFAULT.tcp(NODE, destination)))
        .containsExactly("10.244.2.3:8080 masqueraded");
  }

  @Test
  void internalPolicyLocalUsesThisNodesEndpointsWhoeverAsks() {
    for (String source : List.of(OUTSIDE, POD, NODE)) {
      Explanation here = DEFAULT.tcp(source, "10.96.0.2:80");
      Explanation elsewhere = DEFAULT.tcp(source, "10.96.0.3:80");

      assertThat(targets(here)).singleElement().asString().startsWith("10.244.1.2:8080");
      assertThat(kinds(here)).contains(Kind.ONLY_THIS_NODE);
      assertThat(elsewhere.outcome()).isEqualTo(new Dropped());
      assertThat(text(elsewhere, Kind.NO_ENDPOINT_HERE)).contains("internalTrafficPolicy is Local");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.96.0.4:80", "198.51.100.4:80", "203.0.113.4:80", "192.0.2.11:30004"})
  void withoutAnyEndpointEverybodyIsRefused(String destination) {
    for (String source : List.of(OUTSIDE, POD, NODE)) {
      Explanation explanation = DEFAULT.tcp(source, destination);

      assertThat(explanation.outcome()).isEqualTo(new Refused());
      assertThat(kinds(explanation)).endsWith(Kind.FRONT_END, Kind.NO_ENDPOINT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.7,  true", // in a range
    "192.0.2.99,  true", // in the range that the node is in
    "192.0.2.11,  true", // the node itself
    "203.0.113.5, true", // the address itself, as the node is let in
    "203.0.113.6, true", // the Service's other one
    "198.18.5.5,  false",
    "10.244.1.77, false", // a pod
    "203.0.113.9, false", // another address of the node
  })
  void sourceRangesLimitTheLoadBalancersAddress(String source, boolean letIn) {
    Explanation explanation = DEFAULT.tcp(source, "203.0.113.5:80");

    assertThat(explanation.outcome() instanceof Forwarded).isEqualTo(letIn);
    assertThat(explanation.outcome() instanceof Dropped).isEqualTo(!letIn);
    assertThat(kinds(explanation)).contains(letIn ? Kind.LET_IN : Kind.NOT_LET_IN);
    assertThat(explanation.server().orElseThrow().name().toString()).isEqualTo("n/limited");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.96.0.5:80", "198.51.100.5:80", "192.0.2.11:30005"})
  void sourceRangesLimitNoOtherFrontEnd(String destination) {
    assertThat(targets(DEFAULT.tcp(OUTSIDE, destination)))
        .containsExactly("10.244.2.5:8080 masqueraded");
  }

  @Test
  void ofTwoServicesWithOneAddressTheFirstByNameThatForwardsIsTaken() {
    assertThat(targets(DEFAULT.tcp(OUTSIDE, "198.51.100.10:80")))
        .containsExactly("10.244.2.9:8080 masqueraded");
    // rival-a has no endpoint, but only what nobody takes is refused
    assertThat(targets(DEFAULT.tcp(OUTSIDE, "198.51.100.8:80")))
        .containsExactly("10.244.2.9:8080 masqueraded");
    assertThat(DEFAULT.tcp(OUTSIDE, "198.51.100.9:80").outcome()).isEqualTo(new Refused());
  }

  @Test
  void whoIsNotLetInIsDroppedThoughAnotherServiceWouldRefuse() {
    assertThat(DEFAULT.tcp(OUTSIDE, "203.0.113.5:80").outcome()).isEqualTo(new Dropped());
  }

  @Test
  void anEndpointWhoseAddressSomeFrontEndWithoutEndpointsHasIsRefusedToo() {
    Explanation explanation = DEFAULT.tcp(OUTSIDE, "10.96.0.12:80");

    assertThat(explanation.outcome()).isEqualTo(new Refused());
    assertThat(text(explanation, Kind.FRONT_END))
        .isEqualTo(
            "10.96.0.12:80 is the ClusterIP of n/shadowed;"
                + " 203.0.113.9:6443 is an external IP of n/shadow:a");
    assertThat(DEFAULT.tcp(OUTSIDE, "203.0.113.9:7000").outcome()).isEqualTo(new Refused());
  }

  @Test
  void anotherProtocolIsAnotherPort() {
    Explanation udp = DEFAULT.ask(POD, "10.96.0.6:53", Protocol.UDP, BY_ETH0);

    assertThat(targets(udp)).containsExactly("10.244.1.6:5353");
    assertThat(text(udp, Kind.AFFINITY)).contains("60 s");
    assertThat(DEFAULT.tcp(POD, "10.96.0.6:53").outcome()).isEqualTo(new Untouched());
    assertThat(DEFAULT.ask(POD, "192.0.2.11:30001", Protocol.UDP, BY_ETH0).outcome())
        .isEqualTo(new Untouched());
  }

  @Test
  void nodePortsAreOnTheAddressesInTheirRangesOnly() {
    Asked asked =
        Asked.with(new NodePortAddresses(Optional.of(List.of(Cidr.parse("192.0.2.0/24"))), true));

    assertThat(asked.tcp(OUTSIDE, "192.0.2.11:30001").outcome()).isInstanceOf(Forwarded.class);
    for (String elsewhere : List.of("203.0.113.9:30001", "127.0.0.1:30001", "192.0.2.12:30001")) {
      assertThat(asked.tcp(OUTSIDE, elsewhere).outcome()).isEqualTo(new Untouched());
    }
    assertThat(asked.tcp(OUTSIDE, "203.0.113.9:30004").outcome()).isEqualTo(new Untouched());
  }

  @Test
  void whereLoopbackHasNodePortsOthersAreKeptFromTheRestOfIt() {
    Explanation outside = DEFAULT.tcp(OUTSIDE, "127.0.0.1:9999");

    assertThat(outside.outcome()).isEqualTo(new Dropped());
    assertThat(kinds(outside)).contains(Kind.LOCALHOST_FROM_ELSEWHERE);
    assertThat(DEFAULT.ask("127.0.0.1", "127.0.0.1:9999", Protocol.TCP, SENT_HERE).outcome())
        .isEqualTo(new Untouched());
    assertThat(
            Asked.with(new NodePortAddresses(Optional.empty(), false))
                .tcp(OUTSIDE, "127.0.0.1:9999")
                .outcome())
        .isEqualTo(new Untouched());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.96.0.99:80    | no Service has the address 10.96.0.99",
        "10.96.0.1:81     | n/open has this address, but no port 81/tcp",
        "10.96.0.11:80    | n/meshed is for another proxy, mesh",
        "192.0.2.11:30011 | n/meshed is for another proxy, mesh",
        "198.51.100.12:80 | n/headless is headless: it has no address of its own",
        "198.51.100.13:80 | n/alias is an ExternalName",
        "203.0.113.2:80   | n/open's load balancer delivers to the nodes itself (ipMode Proxy)",
        "192.0.2.12:30001 | n/open has this node port, but 192.0.2.12 is no address of this node",
        "192.0.2.11:80    | no Service has the address 192.0.2.11",
      })
  void whatNoServiceIsConcernedByGoesWhereItWasSent(String destination, String reason) {
    Explanation explanation = DEFAULT.tcp(OUTSIDE, destination);

    assertThat(explanation.outcome()).isEqualTo(new Untouched());
    assertThat(explanation.server()).isEmpty();
    assertThat(explanation.set()).isEmpty();
    assertThat(explanation.slices()).isEmpty();
    assertThat(text(explanation, Kind.NOT_SERVED)).startsWith(reason);
  }

  @Test
  void nodePortsOffTheAddressAreNamed() {
    Asked asked = Asked.with(new NodePortAddresses(Optional.of(List.of()), true));

    assertThat(text(asked.tcp(OUTSIDE, "192.0.2.11:30001"), Kind.NOT_SERVED))
        .isEqualTo("n/open has this node port, but 192.0.2.11 has no node ports");
  }
}
