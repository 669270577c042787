package dev.sluice.applier.health;

import dev.sluice.applier.conntrack.LocalAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The addresses that load balancers ask at: those that node ports are on. */
public final class HealthHosts {
  /** Every address, of both families, whichever come later included. */
  static final String EVERYWHERE = "0.0.0.0";

  private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/10");

  private final LocalAddresses addresses;
  private final List<Cidr> ranges;

  /**
   * @param ranges the ranges of local addresses that node ports are on; none of either family:
   *     every local address
   */
  public HealthHosts(LocalAddresses addresses, List<Cidr> ranges) {
    this.addresses = addresses;
    this.ranges = List.copyOf(ranges);
  }

  /**
   * The addresses to listen on, as they are now. Blocks; for the thread that may use the {@link
   * LocalAddresses}.
   *
   * @throws IOException if the node's addresses can't be read
   */
  public Set<String> read() throws IOException {
    return ranges.isEmpty() ? Set.of(EVERYWHERE) : within(ranges, addresses.read());
  }

  /** Those of a node's addresses that are within the ranges. Pure. */
  static Set<String> within(List<Cidr> ranges, Collection<IpAddress> local) {
    Set<String> hosts = new TreeSet<>();
    for (IpAddress address : local) {
      // those of a link mean nothing without the link
      if (!LINK_LOCAL.contains(address)
          && ranges.stream().anyMatch(range -> range.contains(address))) {
        hosts.add(address.toString());
      }
    }
    return Set.copyOf(hosts);
  }
}
