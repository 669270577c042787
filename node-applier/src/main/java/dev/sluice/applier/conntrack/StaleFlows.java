package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which flows are stale: UDP flows to a front end that are not served by one of its endpoints. The
 * kernel would let them go on as long as the client keeps talking, because it looks at the rules
 * for the first packet of a flow only; without their entry, the next packet is a first one. TCP
 * needs no such help: a connection can't change its server, and ends. Pure.
 */
final class StaleFlows implements Predicate<Flow> {
  private final UdpFrontEnds current;
  private final Set<UdpFrontEnd> gone;
  private final OwnNodePorts nodePorts;

  /**
   * @param current the front ends there are
   * @param gone front ends that there were
   */
  StaleFlows(UdpFrontEnds current, Set<UdpFrontEnd> gone, OwnNodePorts nodePorts) {
    this.current = current;
    this.gone = gone;
    this.nodePorts = nodePorts;
  }

  @Override
  public boolean test(Flow flow) {
    if (flow.protocol() != Protocol.UDP.number()) {
      return false;
    }
    AddressPort destination = flow.original().destination();
    IpAddress address = destination.address();
    boolean redirected = !flow.goesWhereItWasSent();
    // One that was not redirected is as old as the front end's first endpoint, or older. In another
    // zone it may be the same packet as somebody else tracks it, before it is redirected.
    boolean ours = redirected || flow.inDefaultZone();
    if (stale(UdpFrontEnd.at(destination), flow, ours)) {
      return true;
    }
    // On loopback addresses there may be node ports, but a daemon of the node's just as well.
    boolean nodePort = nodePorts.contains(address) ? ours : address.isLoopback() && redirected;
    return nodePort && stale(UdpFrontEnd.nodePort(destination), flow, true);
  }

  private boolean stale(UdpFrontEnd front, Flow flow, boolean ours) {
    Optional<Boolean> served = current.serves(front, flow.reply().source());
    return served
        .map(yes -> ours && !yes)
        // what was never redirected was none of the Service's, and stays
        .orElseGet(() -> gone.contains(front) && !flow.goesWhereItWasSent());
  }
}
