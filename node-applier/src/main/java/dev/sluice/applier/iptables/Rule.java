package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.Locale;

/**
 * The text of rules, exactly as iptables-save prints them, both variants alike: that is what makes
 * a read-back comparable. Only typed values get in, and names that the model has checked.
 */
final class Rule {
  private static final double PROBABILITY_UNIT = 1L << 31;

  private Rule() {}

  static String jump(String match, String chain) {
    return match + " -j " + chain;
  }

  /** A Service address and port. */
  static String front(Cidr destination, Protocol protocol, int port, String comment) {
    return "-d " + destination + " " + port(protocol, port, comment);
  }

  /** A port, at any address. */
  static String port(Protocol protocol, int port, String comment) {
    String name = protocol.lowerCase();
    return "-p %s -m comment --comment \"%s\" -m %s --dport %d"
        .formatted(name, comment, name, port);
  }

  /**
   * Sends a packet to a destination with a chance of one in {@code among}. The kernel keeps chances
   * in units of 2^-31 (xt_statistic), so the listing shows the nearest of those.
   */
  static String dnat(Protocol protocol, Destination destination, int among) {
    double chance = Math.round(PROBABILITY_UNIT / among) / PROBABILITY_UNIT;
    String match =
        among == 1
            ? ""
            : String.format(Locale.ROOT, " -m statistic --mode random --probability %.11f", chance);
    return "-p " + protocol.lowerCase() + match + " -j DNAT --to-destination " + destination;
  }

  /**
   * Refuses. TCP gets a reset: the kernel drops an ICMP error that arrives while the client's
   * socket is locked, as it is when a pod of this node connects, and the client would wait a second
   * for its next try.
   */
  static String reject(String match, Protocol protocol, IpFamily family) {
    String unreachable =
        family == IpFamily.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
    String answer = protocol == Protocol.TCP ? "tcp-reset" : unreachable;
    return match + " -j REJECT --reject-with " + answer;
  }

  /** The lines of a chain, as the value of its object. */
  static String lines(String chain, Iterable<String> rules) {
    StringBuilder lines = new StringBuilder();
    for (String rule : rules) {
      lines.append("-A ").append(chain).append(' ').append(rule).append('\n');
    }
    return lines.toString();
  }
}
