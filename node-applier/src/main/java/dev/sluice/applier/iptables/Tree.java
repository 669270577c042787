package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;

/** The lists that grow with the Services, and therefore are trees of chains. */
enum Tree {
  /** Service addresses, to the Service's chain. */
  SERVICES(Table.NAT, ChainNames.SERVICES, Field.DESTINATION),
  /** Endpoints of this node, by source: those that reach themselves. */
  HAIRPIN(Table.NAT, ChainNames.HAIRPIN, Field.SOURCE),
  TCP_NODE_PORTS(Table.NAT, ChainNames.NODE_PORTS + "-TCP", Field.TCP_PORT),
  UDP_NODE_PORTS(Table.NAT, ChainNames.NODE_PORTS + "-UDP", Field.UDP_PORT),
  SCTP_NODE_PORTS(Table.NAT, ChainNames.NODE_PORTS + "-SCTP", Field.SCTP_PORT),
  /** Cluster IPs that nothing here serves: refused or dropped. */
  REJECTS(Table.FILTER, ChainNames.SERVICES, Field.DESTINATION),
  /** The same for addresses that clients outside use. */
  EXTERNAL_REJECTS(Table.FILTER, ChainNames.EXTERNAL_SERVICES, Field.EXTERNAL_DESTINATION),
  /** Load-balancer addresses with source ranges: what was not let in is dropped. */
  FIREWALL(Table.FILTER, ChainNames.FIREWALL, Field.FIREWALLED_DESTINATION),
  /** The ports at which load balancers ask for a Service's health: let in. */
  HEALTH_CHECKS(Table.FILTER, ChainNames.NODE_PORTS, Field.TCP_PORT),
  TCP_REJECTS(Table.FILTER, ChainNames.REJECT + "TCP", Field.TCP_PORT),
  UDP_REJECTS(Table.FILTER, ChainNames.REJECT + "UDP", Field.UDP_PORT),
  SCTP_REJECTS(Table.FILTER, ChainNames.REJECT + "SCTP", Field.SCTP_PORT);

  private enum Field {
    DESTINATION,
    EXTERNAL_DESTINATION,
    FIREWALLED_DESTINATION,
    SOURCE,
    TCP_PORT,
    UDP_PORT,
    SCTP_PORT
  }

  private final Table table;
  private final String root;
  private final Field field;

  Tree(Table table, String root, Field field) {
    this.table = table;
    this.root = root;
    this.field = field;
  }

  static Tree nodePorts(Protocol protocol) {
    return switch (protocol) {
      case TCP -> TCP_NODE_PORTS;
      case UDP -> UDP_NODE_PORTS;
      case SCTP -> SCTP_NODE_PORTS;
    };
  }

  static Tree rejectedNodePorts(Protocol protocol) {
    return switch (protocol) {
      case TCP -> TCP_REJECTS;
      case UDP -> UDP_REJECTS;
      case SCTP -> SCTP_REJECTS;
    };
  }

  Table table() {
    return table;
  }

  /** The chain that packets enter it by. */
  String root() {
    return root;
  }

  /**
   * The chain of a slot. IPv4 ranges and ports stand in the name, as far as its 28 characters go;
   * an IPv6 range is hashed.
   */
  ChainKey chain(IpFamily family, PrefixTree.Slot slot) {
    if (slot.equals(PrefixTree.Slot.ROOT)) {
      return new ChainKey(table, root);
    }
    String name =
        switch (field) {
          case DESTINATION -> "KUBE-DST-" + named(range(family, slot));
          case EXTERNAL_DESTINATION -> "KUBE-EDST-" + named(range(family, slot));
          case FIREWALLED_DESTINATION -> "KUBE-FDST-" + named(range(family, slot));
          case SOURCE -> "KUBE-SRC-" + named(range(family, slot));
          case TCP_PORT, UDP_PORT, SCTP_PORT -> root + "-" + firstPort(slot) + "-" + portBits(slot);
        };
    return new ChainKey(table, name);
  }

  /** How a rule tells packets whose key begins as the slot does. */
  String match(IpFamily family, PrefixTree.Slot slot) {
    return switch (field) {
      case DESTINATION, EXTERNAL_DESTINATION, FIREWALLED_DESTINATION -> "-d " + range(family, slot);
      case SOURCE -> "-s " + range(family, slot);
      case TCP_PORT -> portMatch("tcp", slot);
      case UDP_PORT -> portMatch("udp", slot);
      case SCTP_PORT -> portMatch("sctp", slot);
    };
  }

  private static String named(Cidr range) {
    return range.family() == IpFamily.IPV4
        ? range.network() + "-" + range.length()
        : ChainNames.hash(range.toString());
  }

  private static Cidr range(IpFamily family, PrefixTree.Slot slot) {
    return new Cidr(slot.prefix().address(family), Math.min(slot.length(), family.bits()));
  }

  private static String portMatch(String protocol, PrefixTree.Slot slot) {
    int first = firstPort(slot);
    int last = first + (1 << (16 - portBits(slot))) - 1;
    String ports = first == last ? "" + first : first + ":" + last;
    return "-p %s -m %s --dport %s".formatted(protocol, protocol, ports);
  }

  private static int firstPort(PrefixTree.Slot slot) {
    return slot.prefix().port();
  }

  private static int portBits(PrefixTree.Slot slot) {
    return Math.min(slot.length(), 16);
  }
}
