package dev.sluice.applier.conntrack;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.IpAddress;
import java.util.Set;

/**
 * Which addresses node ports are on.
 *
 * @param own this node's addresses
 * @param scope which of them count
 */
record OwnNodePorts(Set<IpAddress> own, NodePortAddresses scope) {
  OwnNodePorts {
    own = Set.copyOf(own);
  }

  boolean contains(IpAddress address) {
    // all of 127.0.0.0/8 is local, though no interface lists it
    return (own.contains(address) || address.isLoopback()) && scope.contains(address);
  }
}
