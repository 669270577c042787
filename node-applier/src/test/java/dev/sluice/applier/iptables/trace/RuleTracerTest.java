package dev.sluice.applier.iptables.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.SavedRules;
import dev.sluice.applier.iptables.trace.Trace.Step;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleTracerTest {
  private static final IpAddress NODE = IpAddress.parse("172.20.0.1");
  private static final Outcome UNTOUCHED = new Outcome.Untouched();
  private static final Outcome DROPPED = new Outcome.Dropped();

  private static Packet arriving(String source, String destination, int port, Protocol protocol) {
    return new Packet(
        IpAddress.parse(source),
        IpAddress.parse(destination),
        port,
        protocol,
        Optional.of("cali12"));
  }

  private static Packet arriving(String source, String destination, int port) {
    return arriving(source, destination, port, Protocol.TCP);
  }

  private static Packet leaving(String source, String destination, int port) {
    return new Packet(
        IpAddress.parse(source),
        IpAddress.parse(destination),
        port,
        Protocol.TCP,
        Optional.empty());
  }

  private static Trace trace(String listing, Packet packet) {
    return RuleTracer.ofListing(listing, Set.of(NODE)).trace(packet);
  }

  private static Outcome to(String address, int port, boolean masqueraded) {
    return new Outcome.Forwarded(List.of(new Target(IpAddress.parse(address), port, masqueraded)));
  }

  /** Whether one rule in FORWARD drops a packet. */
  private static boolean drops(String match, Packet packet) {
    Outcome outcome =
        trace("*filter\n-A FORWARD " + match + " -j DROP\nCOMMIT\n", packet).outcome();
    assertThat(outcome).isIn(DROPPED, UNTOUCHED);
    return outcome.equals(DROPPED);
  }

  @Test
  void matchesTellPacketsApart() {
    Packet packet = arriving("10.244.1.2", "10.96.0.1", 80, Protocol.UDP);

    assertThat(drops("-s 10.244.0.0/16 -d 10.96.0.1/32", packet)).isTrue();
    assertThat(drops("-s 10.244.2.0/24 -d 10.96.0.1/32", packet)).isFalse();
    assertThat(drops("! -s 10.244.2.0/24", packet)).isTrue();
    assertThat(drops("! -d 10.96.0.1/32", packet)).isFalse();
    assertThat(drops("-p udp -m udp --dport 80", packet)).isTrue();
    assertThat(drops("-p tcp -m tcp --dport 80", packet)).isFalse();
    assertThat(drops("-p udp -m udp --dport 79:80", packet)).isTrue();
    assertThat(drops("-p udp -m udp --dport 81:90", packet)).isFalse();
    assertThat(drops("-p udp -m udp ! --dport 80", packet)).isFalse();
    assertThat(drops("-i cali12", packet)).isTrue();
    assertThat(drops("-i cali1", packet)).isFalse();
    assertThat(drops("-i cali+", packet)).isTrue();
    assertThat(drops("! -i cali+", packet)).isFalse();
    assertThat(drops("! -o lo", packet)).isTrue();
    assertThat(drops("-m addrtype --dst-type LOCAL", packet)).isFalse();
    assertThat(drops("-m addrtype ! --src-type LOCAL", packet)).isTrue();
    assertThat(drops("-m conntrack --ctstate RELATED,NEW", packet)).isTrue();
    assertThat(drops("-m conntrack --ctstate RELATED,ESTABLISHED", packet)).isFalse();
    assertThat(drops("-m conntrack ! --ctstate DNAT", packet)).isTrue();
    assertThat(drops("-m mark --mark 0x4000/0x4000", packet)).isFalse();
    assertThat(drops("-m mark ! --mark 0x4000/0x4000", packet)).isTrue();
    assertThat(drops("-m recent --rcheck --seconds 9 --reap --name A --rsource", packet)).isFalse();
    assertThat(drops("-m recent --set --name A --mask 255.255.255.255 --rsource", packet)).isTrue();
    assertThat(drops("-m comment --comment \"a \\\" -j ACCEPT\"", packet)).isTrue();
  }

  @Test
  void whatIsNotUnderstoodCountsOnlyWhereTheRestMatches() {
    Packet packet = arriving("10.244.1.2", "10.96.0.1", 80);

    assertThat(drops("-m physdev --physdev-in vnet1 -s 10.9.0.0/16", packet)).isFalse();
    assertThatThrownBy(() -> drops("-m physdev --physdev-in vnet1 -s 10.244.0.0/16", packet))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessageContaining("--physdev-in vnet1");
    assertThatThrownBy(() -> drops("-o eth1", packet)).isInstanceOf(UnknownRuleException.class);
    assertThatThrownBy(() -> trace("*nat\n-A PREROUTING -j NETMAP --to 1.2.3.4/8\n", packet))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessageContaining("NETMAP");
    assertThatThrownBy(() -> trace("*nat\n-A PREROUTING -j GONE\n", packet))
        .isInstanceOf(UnknownRuleException.class)
        .hasMessageContaining("GONE");
  }

  @Test
  void everyWayThatChanceLeavesIsWalked() {
    String listing =
        """
        *nat
        :WEB - [0:0]
        -A PREROUTING -j WEB
        -A WEB -p tcp -m statistic --mode random --probability 0.33333333349 -j DNAT --to-destination 10.1.0.1:1
        -A WEB -p tcp -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination 10.1.0.2:2
        -A WEB -p tcp -j DNAT --to-destination 10.1.0.3:3
        COMMIT
        """;
    Trace trace = trace(listing, arriving("10.244.1.2", "10.96.0.1", 80));

    assertThat(trace.outcome())
        .isEqualTo(
            new Outcome.Forwarded(
                List.of(
                    new Target(IpAddress.parse("10.1.0.1"), 1, false),
                    new Target(IpAddress.parse("10.1.0.2"), 2, false),
                    new Target(IpAddress.parse("10.1.0.3"), 3, false))));
    assertThat(trace.probabilities().values())
        .allSatisfy(chance -> assertThat(chance).isCloseTo(1.0 / 3, within(1e-9)))
        .anySatisfy(chance -> assertThat(chance).isNotEqualTo(1.0 / 3));
    assertThat(trace.probabilities().values().stream().mapToDouble(d -> d).sum()).isEqualTo(1.0);
  }

  @Test
  void chanceThatLeavesAPacketWithoutATargetIsNoOutcome() {
    String listing =
        """
        *nat
        -A PREROUTING -p tcp -m statistic --mode random --probability 0.25000000000 -j DNAT --to-destination 10.1.0.1:1
        COMMIT
        """;
    Trace trace = trace(listing, arriving("10.244.1.2", "10.96.0.1", 80));

    assertThat(trace.probabilities())
        .containsOnly(entry(to("10.1.0.1", 1, false), 0.25), entry(UNTOUCHED, 0.75));
    assertThatThrownBy(trace::outcome).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPacketComesBackFromAChainWhereItLeftForIt() {
    String listing =
        """
        *filter
        :ONE - [0:0]
        :TWO - [0:0]
        -A FORWARD -j ONE
        -A FORWARD -j DROP
        -A ONE -s 10.244.1.2/32 -j TWO
        -A ONE -s 10.244.1.3/32 -j RETURN
        -A ONE -j ACCEPT
        -A TWO -p tcp -m tcp --dport 80 -j RETURN
        -A TWO -j DROP
        COMMIT
        """;

    assertThat(trace(listing, arriving("10.244.1.2", "10.9.0.1", 80)).outcome())
        .isEqualTo(UNTOUCHED);
    assertThat(trace(listing, arriving("10.244.1.2", "10.9.0.1", 81)).outcome()).isEqualTo(DROPPED);
    assertThat(trace(listing, arriving("10.244.1.3", "10.9.0.1", 81)).outcome()).isEqualTo(DROPPED);
    assertThat(trace(listing, arriving("10.244.1.4", "10.9.0.1", 81)).outcome())
        .isEqualTo(UNTOUCHED);
  }

  @Test
  void marksAreSetClearedAndFlipped() {
    String listing =
        """
        *nat
        -A PREROUTING -j MARK --set-xmark 0x4000/0x4000
        -A PREROUTING -s 10.0.0.1/32 -j MARK --set-xmark 0x4000/0x0
        -A PREROUTING -s 10.0.0.2/32 -j MARK --set-xmark 0x1/0xffffffff
        -A PREROUTING -s 10.0.0.3/32 -j MARK --set-xmark 0x8000/0x8000
        -A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A POSTROUTING -j MASQUERADE
        COMMIT
        """;

    assertThat(trace(listing, arriving("10.0.0.1", "10.9.0.1", 80)).outcome()).isEqualTo(UNTOUCHED);
    assertThat(trace(listing, arriving("10.0.0.2", "10.9.0.1", 80)).outcome()).isEqualTo(UNTOUCHED);
    assertThat(trace(listing, arriving("10.0.0.3", "10.9.0.1", 80)).outcome())
        .isEqualTo(to("10.9.0.1", 80, true));
  }

  @Test
  void whereAPacketGoesAfterItsTranslationDecidesWhichChainsItMeets() {
    String listing =
        """
        *filter
        -A INPUT -p tcp -m tcp --dport 1 -j DROP
        -A FORWARD -p tcp -m tcp --dport 2 -j REJECT --reject-with tcp-reset
        COMMIT
        *nat
        -A PREROUTING -d 172.20.0.1/32 -p tcp -m tcp --dport 30000 -j DNAT --to-destination 10.1.0.1:2
        -A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 30000 -j DNAT --to-destination 172.20.0.1:1
        -A PREROUTING -d 10.96.0.2/32 -p tcp -m tcp --dport 30000 -j DNAT --to-destination 172.20.0.1:3
        -A POSTROUTING -j MASQUERADE
        COMMIT
        """;

    assertThat(trace(listing, arriving("10.0.0.1", "172.20.0.1", 30000)).outcome())
        .isEqualTo(new Outcome.Refused());
    assertThat(trace(listing, arriving("10.0.0.1", "10.96.0.1", 30000)).outcome())
        .isEqualTo(DROPPED);
    assertThat(trace(listing, arriving("10.0.0.1", "10.96.0.2", 30000)).outcome())
        .as("what the node takes in does not leave it")
        .isEqualTo(to("172.20.0.1", 3, false));
  }

  @Test
  void whatANodeSendsItselfLeavesByLoopbackAndComesInAgain() {
    String listing =
        """
        *filter
        -A INPUT -i lo -p tcp -m tcp --dport 1 -j DROP
        -A OUTPUT ! -o lo -p tcp -m tcp --dport 2 -j DROP
        COMMIT
        *nat
        -A OUTPUT -d 10.96.0.1/32 -p tcp -j DNAT --to-destination 172.20.0.1:1
        -A OUTPUT -d 10.96.0.2/32 -p tcp -j DNAT --to-destination 172.20.0.1:2
        COMMIT
        """;

    assertThat(trace(listing, leaving("172.20.0.1", "172.20.0.1", 1)).outcome()).isEqualTo(DROPPED);
    assertThat(trace(listing, leaving("172.20.0.1", "172.20.0.1", 2)).outcome())
        .isEqualTo(UNTOUCHED);
    assertThat(trace(listing, leaving("172.20.0.1", "10.96.0.1", 80)).outcome()).isEqualTo(DROPPED);
    assertThat(trace(listing, leaving("172.20.0.1", "10.96.0.2", 80)).outcome())
        .as("the filter table sees by what the packet would have left untranslated")
        .isEqualTo(DROPPED);
    assertThat(trace(listing, leaving("172.20.0.1", "10.9.0.9", 1)).outcome()).isEqualTo(UNTOUCHED);
  }

  @Test
  void beingSentToWhereItGoesAnywayIsNoTranslation() {
    String listing =
        """
        *filter
        -A FORWARD -m conntrack --ctstate DNAT -j DROP
        COMMIT
        *nat
        -A PREROUTING -p tcp -j DNAT --to-destination 10.1.0.1:80
        COMMIT
        """;

    assertThat(trace(listing, arriving("10.0.0.1", "10.1.0.1", 80)).outcome())
        .isEqualTo(to("10.1.0.1", 80, false));
    assertThat(trace(listing, arriving("10.0.0.1", "10.1.0.1", 81)).outcome()).isEqualTo(DROPPED);
  }

  @Test
  void hooksOfAProgramStandInTheOrderInWhichTheyAreInserted() {
    String listing =
        """
        *filter
        :KUBE-FORWARD - [0:0]
        :KUBE-SERVICES - [0:0]
        -A FORWARD -m comment --comment b -j KUBE-SERVICES
        -A FORWARD -m comment --comment a -j KUBE-FORWARD
        -A KUBE-FORWARD -j ACCEPT
        -A KUBE-SERVICES -j DROP
        COMMIT
        """;
    Program<IptablesKey, String> program = SavedRules.parse(listing);
    Trace trace = new RuleTracer(program, Set.of(NODE)).trace(arriving("10.0.0.1", "10.1.0.1", 80));

    assertThat(trace.outcome()).isEqualTo(DROPPED);
    assertThat(trace.chains())
        .extracting(Step::chain)
        .containsSequence("FORWARD", "KUBE-SERVICES")
        .doesNotContain("KUBE-FORWARD");
  }

  @Test
  void whatIsNoListingIsRefused() {
    assertThatThrownBy(() -> RuleTracer.ofListing("iptables: not found", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RuleTracer.ofListing("*nat\n-A A -j\n", Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-j");
  }
}
