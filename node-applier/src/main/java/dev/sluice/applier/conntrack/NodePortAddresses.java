package dev.sluice.applier.conntrack;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.util.List;
import java.util.Set;

/**
 * Which addresses node ports are on.
 *
 * @param local this node's addresses
 * @param ranges those of them that node ports are on; none of either family: all but loopback ones
 */
record NodePortAddresses(Set<IpAddress> local, List<Cidr> ranges) {
  NodePortAddresses {
    local = Set.copyOf(local);
    ranges = List.copyOf(ranges);
  }

  boolean contains(IpAddress address) {
    // all of 127.0.0.0/8 is local, though no interface lists it
    return (local.contains(address) || address.isLoopback())
        && (ranges.isEmpty()
            ? !address.isLoopback()
            : ranges.stream().anyMatch(range -> range.contains(address)));
  }
}
