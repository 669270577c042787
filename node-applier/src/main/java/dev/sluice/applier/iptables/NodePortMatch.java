package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How rules of one family tell packets to a node port. */
final class NodePortMatch {
  private static final String LOCAL = "-m addrtype --dst-type LOCAL ";

  private final NodePortAddresses addresses;
  private final Cidr loopback;
  private final boolean onLoopback;

  NodePortMatch(NodePortAddresses addresses, IpFamily family) {
    this.addresses = addresses;
    IpAddress first = IpAddress.parse(family == IpFamily.IPV4 ? "127.0.0.1" : "::1");
    loopback = new Cidr(first, family == IpFamily.IPV4 ? 8 : family.bits());
    onLoopback = family == IpFamily.IPV4 && addresses.onLocalhost();
  }

  /**
   * The rules that lead such packets on, at the end of a chain that others go through unchanged.
   */
  List<String> rules(String target) {
    Optional<List<Cidr>> ranges = addresses.ranges(loopback.family());
    if (ranges.isEmpty()) {
      return List.of((onLoopback ? "" : "! -d " + loopback + " ") + LOCAL + target);
    }
    List<String> rules = new ArrayList<>();
    if (!onLoopback && ranges.get().stream().anyMatch(this::spansLoopback)) {
      rules.add("-d " + loopback + " -j RETURN");
    }
    ranges.get().stream()
        .filter(range -> onLoopback || !loopback.contains(range.network()))
        .distinct()
        .forEach(range -> rules.add("-d " + range + " " + LOCAL + target));
    return rules;
  }

  private boolean spansLoopback(Cidr range) {
    return range.length() < loopback.length() && range.contains(loopback.network());
  }
}
