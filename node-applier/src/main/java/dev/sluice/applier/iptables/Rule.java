package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;

/**
 * The text of rules, exactly as iptables-save prints them, both variants alike: that is what makes
 * a read-back comparable. Only typed values get in, and names that the model has checked.
 */
public final class Rule {
  private static final long PROBABILITY_UNITS = 1L << 31;
  private static final long FIVE_TO_THE_ELEVENTH = 48_828_125;

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
    return "-p "
        + name
        + " -m comment --comment \""
        + comment
        + "\" -m "
        + name
        + " --dport "
        + port;
  }

  /** Sends a packet to a destination if {@code match}, which may be empty, lets it. */
  static String dnat(Protocol protocol, String match, Destination destination) {
    String condition = match.isEmpty() ? "" : " " + match;
    return "-p " + protocol.lowerCase() + condition + " -j DNAT --to-destination " + destination;
  }

  /** Matches one packet in {@code among}; empty where that is every packet. */
  static String chance(int among) {
    return among == 1 ? "" : "-m statistic --mode random --probability " + probability(among);
  }

  /** Notes that the client uses the endpoint whose chain this is. */
  static String learn(String chain, IpFamily family) {
    return "-m recent --set --name " + chain + " --mask " + hostMask(family) + " --rsource";
  }

  /** Leads clients to the endpoint that they used within so many seconds. */
  static String known(ServicePortName name, Destination destination, int seconds) {
    String chain = ChainNames.endpoint(name, destination);
    return ("-m comment --comment \"%s -> %s\" -m recent --rcheck --seconds %d --reap --name %s"
            + " --mask %s --rsource -j %s")
        .formatted(
            name, destination, seconds, chain, hostMask(destination.address().family()), chain);
  }

  private static String hostMask(IpFamily family) {
    return family == IpFamily.IPV4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  }

  /**
   * One in {@code among} (2 or more) as the tools list it: the kernel keeps chances in units of
   * 2^-31 (xt_statistic.h), and C prints eleven decimals, ties to even. 10^11 / 2^31 is 5^11 /
   * 2^20, so whole numbers do.
   */
  static String probability(int among) {
    long units = (PROBABILITY_UNITS + among / 2) / among;
    long scaled = units * FIVE_TO_THE_ELEVENTH;
    long decimals = scaled >> 20;
    long rest = scaled & ((1 << 20) - 1);
    if (rest > 1 << 19 || (rest == 1 << 19 && (decimals & 1) == 1)) {
      decimals++;
    }
    String digits = Long.toString(decimals);
    return "0." + "0".repeat(11 - digits.length()) + digits;
  }

  /**
   * Refuses. TCP gets a reset: the kernel drops an ICMP error that arrives while the client's
   * socket is locked, as it is when a pod of this node connects, and the client would wait a second
   * for its next try.
   */
  public static String reject(String match, Protocol protocol, IpFamily family) {
    String unreachable =
        family == IpFamily.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
    String answer = protocol == Protocol.TCP ? "tcp-reset" : unreachable;
    return match + " -j REJECT --reject-with " + answer;
  }

  /** The lines of a chain, as the value of its object. */
  public static String lines(String chain, Iterable<String> rules) {
    StringBuilder lines = new StringBuilder();
    for (String rule : rules) {
      lines.append("-A ").append(chain).append(' ').append(rule).append('\n');
    }
    return lines.toString();
  }
}
