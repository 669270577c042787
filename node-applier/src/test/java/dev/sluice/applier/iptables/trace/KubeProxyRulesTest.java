package dev.sluice.applier.iptables.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.iptables.trace.Trace.Step;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules that are known to work, and not of our own making. */
class KubeProxyRulesTest {
  private static final String NODE = "172.20.0.1";
  private static final String CLIENT = "172.20.0.2";
  private static final String HERE = "10.244.1.3";
  private static final String ELSEWHERE = "10.244.2.4";

  private final RuleTracer tracer;

  KubeProxyRulesTest() throws IOException {
    tracer =
        RuleTracer.ofListing(
            Files.readString(Path.of("src/test/resources/rules/kube-proxy.rules")),
            Set.of(IpAddress.parse(NODE)));
  }

  private Trace arriving(String source, String destination, int port) {
    return tracer.trace(
        new Packet(
            IpAddress.parse(source),
            IpAddress.parse(destination),
            port,
            Protocol.TCP,
            Optional.of("eth0")));
  }

  private Trace leaving(String source, String destination, int port) {
    return tracer.trace(
        new Packet(
            IpAddress.parse(source),
            IpAddress.parse(destination),
            port,
            Protocol.TCP,
            Optional.empty()));
  }

  private static Target target(String address, boolean masqueraded) {
    return new Target(IpAddress.parse(address), 8080, masqueraded);
  }

  private static Outcome forwarded(Target... targets) {
    return new Outcome.Forwarded(List.of(targets));
  }

  @Test
  void aPodReachesEachEndpointWithItsOwnAddress() {
    Trace trace = arriving("10.244.1.9", "10.96.0.10", 80);

    assertThat(trace.outcome()).isEqualTo(forwarded(target(HERE, false), target(ELSEWHERE, false)));
    assertThat(trace.probabilities()).containsValue(0.5).hasSize(2);
  }

  @Test
  void onlyThePodThatReachesItselfIsMasqueraded() {
    assertThat(arriving(HERE, "10.96.0.10", 80).outcome())
        .isEqualTo(forwarded(target(HERE, true), target(ELSEWHERE, false)));
  }

  @Test
  void whoIsNoPodIsMasqueraded() {
    assertThat(leaving(NODE, "10.96.0.10", 80).outcome())
        .isEqualTo(forwarded(target(HERE, true), target(ELSEWHERE, true)));
    assertThat(arriving(CLIENT, NODE, 30080).outcome())
        .isEqualTo(forwarded(target(HERE, true), target(ELSEWHERE, true)));
  }

  @Test
  void whatNothingServesIsRefused() {
    assertThat(arriving("10.244.1.9", "10.96.0.99", 80).outcome()).isEqualTo(new Outcome.Refused());
    assertThat(leaving(NODE, "10.96.0.99", 80).outcome()).isEqualTo(new Outcome.Refused());
    assertThat(arriving(CLIENT, NODE, 30099).outcome()).isEqualTo(new Outcome.Refused());
    assertThat(leaving(NODE, NODE, 30099).outcome()).isEqualTo(new Outcome.Refused());
  }

  @Test
  void whatIsNoServicesGoesWhereThePolicyLetsIt() {
    assertThat(arriving("10.244.1.9", "10.96.0.10", 81).outcome())
        .isEqualTo(new Outcome.Untouched());
    assertThat(arriving(CLIENT, NODE, 22).outcome()).isEqualTo(new Outcome.Untouched());
    assertThat(arriving(CLIENT, "10.96.0.10", 81).outcome()).isEqualTo(new Outcome.Dropped());
    assertThat(arriving(CLIENT, "127.0.0.1", 22).outcome()).isEqualTo(new Outcome.Dropped());
    assertThat(leaving("127.0.0.1", "127.0.0.1", 22).outcome()).isEqualTo(new Outcome.Untouched());
  }

  @Test
  void aRuleThatIsNotUnderstoodIsNamedWhereAPacketMeetsIt() {
    assertThatThrownBy(() -> leaving("127.0.0.1", "127.0.0.1", 30080))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessageContaining("--nfacct-name localhost_nps_accepted_pkts");
  }

  @Test
  void theChainsAreThoseOnAnyWay() {
    Trace trace = arriving(CLIENT, NODE, 30080);

    assertThat(trace.chains())
        .extracting(step -> step.table() + " " + step.chain())
        .containsExactly(
            "nat PREROUTING",
            "nat KUBE-SERVICES",
            "nat KUBE-NODEPORTS",
            "nat KUBE-EXT-LOLE4ISW44XBNF3G",
            "nat KUBE-MARK-MASQ",
            "nat KUBE-SVC-LOLE4ISW44XBNF3G",
            "nat KUBE-SEP-2AZ33KU3V5PGPQZH",
            "nat KUBE-SEP-RHT5JGHHCQX4EACD",
            "filter FORWARD",
            "filter KUBE-FORWARD",
            "nat POSTROUTING",
            "nat KUBE-POSTROUTING");
    assertThat(trace.steps())
        .filteredOn(step -> step.chain().equals("KUBE-SEP-2AZ33KU3V5PGPQZH"))
        .last()
        .extracting(step -> ((Step.Matched) step).rule())
        .asString()
        .endsWith("-j DNAT --to-destination 10.244.1.3:8080");
  }
}
