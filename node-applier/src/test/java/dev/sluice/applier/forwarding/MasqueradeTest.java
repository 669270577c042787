package dev.sluice.applier.forwarding;

import static dev.sluice.applier.forwarding.Asked.BY_ETH0;
import static dev.sluice.applier.forwarding.Asked.DEFAULT;
import static dev.sluice.applier.forwarding.Asked.MASQUERADE_ALL;
import static dev.sluice.applier.forwarding.Asked.NODE;
import static dev.sluice.applier.forwarding.Asked.OUTSIDE;
import static dev.sluice.applier.forwarding.Asked.POD;
import static dev.sluice.applier.forwarding.Asked.PODS_UNKNOWN;
import static dev.sluice.applier.forwarding.Asked.SENT_HERE;
import static dev.sluice.applier.forwarding.Asked.kinds;
import static dev.sluice.applier.forwarding.Asked.targets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.Step.Kind;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose address an endpoint sees, and why. */
class MasqueradeTest {
  private static final String CLUSTER_IP = "10.96.0.1:80";
  private static final String[] KEPT = {"10.244.1.1:8080", "10.244.2.1:8080"};
  private static final String[] MASQUERADED = {
    "10.244.1.1:8080 masqueraded", "10.244.2.1:8080 masqueraded"
  };

  @Test
  void throughAClusterIpPodsKeepTheirsAndOthersDoNot() {
    assertThat(targets(DEFAULT.tcp(POD, CLUSTER_IP))).containsExactly(KEPT);
    assertThat(kinds(DEFAULT.tcp(POD, CLUSTER_IP))).endsWith(Kind.SOURCE_KEPT);
    for (String source : List.of(OUTSIDE, NODE)) {
      assertThat(targets(DEFAULT.tcp(source, CLUSTER_IP))).containsExactly(MASQUERADED);
      assertThat(kinds(DEFAULT.tcp(source, CLUSTER_IP))).endsWith(Kind.MASQUERADE_NO_POD);
    }
  }

  @Test
  void wherePodsCannotBeToldEverybodyKeepsTheirs() {
    for (String source : List.of(OUTSIDE, NODE, POD)) {
      assertThat(targets(PODS_UNKNOWN.tcp(source, CLUSTER_IP))).containsExactly(KEPT);
    }
  }

  @Test
  void theFamilyThatPodsCannotBeToldInKeepsItsOwn() {
    assertThat(targets(DEFAULT.tcp("2001:db8::99", "[fd00:96::1]:80")))
        .containsExactly("fd00:244:1::1:8080");
  }

  @Test
  void masqueradeAllIsForClusterIpsAndForAll() {
    assertThat(targets(MASQUERADE_ALL.tcp(POD, CLUSTER_IP))).containsExactly(MASQUERADED);
    assertThat(kinds(MASQUERADE_ALL.tcp(POD, CLUSTER_IP))).endsWith(Kind.MASQUERADE_ALL);
    assertThat(targets(MASQUERADE_ALL.tcp(OUTSIDE, "198.51.100.2:80")))
        .as("policy Local")
        .containsExactly("10.244.1.2:8080");
  }

  @Test
  void externalFrontEndsWithPolicyClusterMasqueradeEverybody() {
    for (String source : List.of(OUTSIDE, NODE, POD)) {
      Explanation explanation = DEFAULT.tcp(source, "198.51.100.1:80");
      assertThat(targets(explanation)).containsExactly(MASQUERADED);
      assertThat(kinds(explanation)).endsWith(Kind.MASQUERADE_EXTERNAL);
    }
  }

  @Test
  void podsMayBeToldByTheInterfaceThatTheyComeBy() {
    Asked bridge = Asked.with(new LocalPods.BehindInterface("cni0"));
    Asked prefix = Asked.with(new LocalPods.BehindInterfaces("veth"));

    assertThat(through(bridge, "cni0")).containsExactly(KEPT);
    assertThat(through(bridge, "cni01")).containsExactly(MASQUERADED);
    assertThat(through(prefix, "veth123")).containsExactly(KEPT);
    assertThat(through(prefix, "eth0")).containsExactly(MASQUERADED);
    assertThat(targets(prefix.ask(POD, CLUSTER_IP, Protocol.TCP, SENT_HERE)))
        .as("sent by the node, by no interface")
        .containsExactly(MASQUERADED);
  }

  private static List<String> through(Asked asked, String by) {
    return targets(asked.ask(POD, CLUSTER_IP, Protocol.TCP, Optional.of(by)));
  }

  @Test
  void anAddressOfTheNodeInThePodsRangeIsTakenForAPods() {
    Explanation gateway = DEFAULT.ask("10.244.1.254", "198.51.100.2:80", Protocol.TCP, SENT_HERE);

    assertThat(targets(gateway)).containsExactly("10.244.1.2:8080", "10.244.2.2:8080");
    assertThat(kinds(gateway)).startsWith(Kind.SENT_BY_POD);
  }

  @Test
  void anEndpointOfThisNodeThatReachesItselfIsMasqueradedAndOthersAreNot() {
    Explanation here = DEFAULT.tcp("10.244.1.1", CLUSTER_IP);
    Explanation elsewhere = DEFAULT.tcp("10.244.2.1", CLUSTER_IP);

    assertThat(targets(here)).containsExactly("10.244.1.1:8080 masqueraded", "10.244.2.1:8080");
    assertThat(kinds(here)).endsWith(Kind.SOURCE_KEPT, Kind.MASQUERADE_HAIRPIN);
    assertThat(targets(elsewhere)).containsExactly(KEPT);
  }

  @Test
  void soIsOneThatReachesItselfByAnExternalAddressWithPolicyLocal() {
    assertThat(targets(PODS_UNKNOWN.tcp("10.244.1.2", "198.51.100.2:80")))
        .containsExactly("10.244.1.2:8080 masqueraded");
  }

  @Test
  void itselfDirectlyIsNoServicesBusiness() {
    assertThat(DEFAULT.tcp("10.244.1.1", "10.244.1.1:8080").outcome())
        .isEqualTo(new Outcome.Untouched());
  }

  @Test
  void whatIsDeliveredToTheNodeItselfIsNotMasqueraded() {
    Explanation outside = DEFAULT.tcp(OUTSIDE, "192.0.2.11:30007");
    Explanation node = DEFAULT.tcp(NODE, "10.96.0.7:443");

    assertThat(targets(outside)).containsExactly("192.0.2.11:6443");
    assertThat(kinds(outside)).endsWith(Kind.DELIVERED_HERE);
    assertThat(targets(node)).containsExactly("192.0.2.11:6443 masqueraded");
  }

  @Test
  void aPolicyOfRangesOverEverythingTakesEverybodyForAPod() {
    Asked all = Asked.with(new LocalPods.InRanges(List.of(Cidr.parse("0.0.0.0/0"))));

    assertThat(targets(all.ask(OUTSIDE, CLUSTER_IP, Protocol.TCP, BY_ETH0))).containsExactly(KEPT);
  }
}
