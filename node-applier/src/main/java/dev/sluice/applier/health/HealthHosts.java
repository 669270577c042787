package dev.sluice.applier.health;

import dev.sluice.applier.conntrack.LocalAddresses;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The addresses that load balancers ask at: those that node ports are on. */
public final class HealthHosts {
  /** Every address, of both families, whichever come later included. */
  static final String EVERYWHERE = "0.0.0.0";

  private static final Cidr LINK_LOCAL = Cidr.parse("fe80::/10");

  private final LocalAddresses addresses;

  public HealthHosts(LocalAddresses addresses) {
    this.addresses = addresses;
  }

  /**
   * The addresses to listen on, as they are now. Blocks; for the thread that may use the {@link
   * LocalAddresses}.
   *
   * @throws IOException if the node's addresses can't be read
   */
  public Set<String> read(NodePortAddresses nodePorts) throws IOException {
    return nodePorts.ranges().isEmpty() ? Set.of(EVERYWHERE) : of(nodePorts, addresses.read());
  }

  /** Those of a node's addresses that have node ports. Pure. */
  private static Set<String> of(NodePortAddresses nodePorts, Collection<IpAddress> local) {
    Set<String> hosts = new TreeSet<>();
    for (IpAddress address : local) {
      // those of a link mean nothing without the link
      if (!LINK_LOCAL.contains(address) && nodePorts.contains(address)) {
        hosts.add(address.toString());
      }
    }
    return Set.copyOf(hosts);
  }
}
