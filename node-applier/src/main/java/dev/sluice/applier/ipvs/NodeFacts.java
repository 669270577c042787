package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Set;

/**
 * What of a node shapes its virtual servers.
 *
 * @param addresses those of its interfaces, but for the device with Services' addresses
 */
public record NodeFacts(NodePolicy policy, Set<IpAddress> addresses) {
  /** Before anything is known. */
  public static final NodeFacts NOTHING_KNOWN = new NodeFacts(NodePolicy.NOTHING_KNOWN, Set.of());

  public NodeFacts {
    addresses = Set.copyOf(addresses);
  }

  /**
   * The addresses that node ports are on: those that the policy chooses, but not the loopback ones,
   * from which the kernel would not let a packet leave, nor link-local ones, as kube-proxy has it.
   */
  List<IpAddress> nodePortAddresses(IpFamily family) {
    return addresses.stream()
        .filter(address -> address.family() == family)
        .filter(address -> !address.isLoopback() && !address.isLinkLocal())
        .filter(policy.nodePorts()::contains)
        .sorted()
        .toList();
  }
}
