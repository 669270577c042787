package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Optional;

/**
 * Which of a node's own addresses node ports are on. Never on ::1, to which the kernel lets nothing
 * come that was sent elsewhere.
 *
 * @param ranges only those in them; empty: all. A family that has none in the list has no node
 *     ports
 * @param localhost whether those of 127.0.0.0/8 count
 */
public record NodePortAddresses(Optional<List<Cidr>> ranges, boolean localhost) {
  private static final Cidr LOCALHOST = Cidr.parse("127.0.0.0/8");

  public NodePortAddresses {
    ranges = ranges.map(List::copyOf);
  }

  /** Whether an address has node ports, if it is the node's own. */
  public boolean contains(IpAddress own) {
    boolean inRanges = ranges.isEmpty() || ranges.get().stream().anyMatch(r -> r.contains(own));
    return inRanges && (!own.isLoopback() || (localhost && own.family() == IpFamily.IPV4));
  }

  /** Whether any address of 127.0.0.0/8 has node ports. */
  public boolean onLocalhost() {
    return localhost
        && (ranges.isEmpty() || ranges.get().stream().anyMatch(range -> range.overlaps(LOCALHOST)));
  }

  /** The ranges of one family; empty: all of its addresses. */
  public Optional<List<Cidr>> ranges(IpFamily family) {
    return ranges
        .map(all -> all.stream().filter(range -> range.family() == family).toList())
        .filter(own -> own.stream().noneMatch(range -> range.length() == 0));
  }
}
