package dev.sluice.applier.ipvs;

import dev.sluice.applier.netlink.InterfaceAddress;
import dev.sluice.applier.netlink.Link;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a kernel holds of ours in one family. Used by one thread. */
public final class NodeReader {
  private static final int OUR_WEIGHT = 1;

  private final NodeKernel kernel;
  private final IpFamily family;

  public NodeReader(NodeKernel kernel, IpFamily family) {
    this.kernel = kernel;
    this.family = family;
  }

  /**
   * Reads all.
   *
   * @param expected what is thought to be there; its virtual servers count as ours anyhow
   * @param exclusions whose virtual servers are not taken for ours for how they look
   */
  public Found read(Program<IpvsKey, IpvsObject> expected, Exclusions exclusions)
      throws IOException {
    NodeReading reading = new NodeReading(this, kernel, family, expected, exclusions);
    boolean more = true;
    while (more) {
      more = reading.step();
    }
    return reading.found();
  }

  /** The addresses of both families, but for those of the device with Services' addresses. */
  Set<IpAddress> addresses() throws IOException {
    return readAddresses(new HashMap<>());
  }

  /**
   * A virtual server's destinations.
   *
   * @param serving in order
   */
  record Destinations(List<RealServer> serving, Set<RealServer> idle) {}

  /** A virtual server's destinations, none of which is expected. */
  Destinations destinations(ServerKey server) throws IOException {
    return destinations(server, List.of());
  }

  /**
   * A virtual server's destinations. One with another weight than ours counts as idle where it is
   * expected to serve: it has to get ours. Elsewhere it serves, since it gets new connections.
   */
  Destinations destinations(ServerKey server, Collection<RealServer> expected) throws IOException {
    List<RealServer> serving = new ArrayList<>();
    Set<RealServer> idle = new HashSet<>();
    for (FoundDestination found : kernel.servers().destinations(server)) {
      boolean serves = found.weight() != 0 && !expected.contains(found.server());
      if (found.weight() == OUR_WEIGHT || serves) {
        serving.add(found.server());
      } else {
        idle.add(found.server());
      }
    }
    serving.sort(null);
    return new Destinations(serving, idle);
  }

  /** The same; those of the device are added to objects. */
  Set<IpAddress> readAddresses(Map<IpvsKey, IpvsObject> objects) throws IOException {
    Optional<Link> device = kernel.links().find(NodeKernel.DEVICE);
    Set<IpAddress> others = new HashSet<>();
    for (InterfaceAddress found : kernel.links().addresses()) {
      if (device.filter(link -> link.index() == found.link()).isEmpty()) {
        others.add(found.address());
      } else if (found.address().family() == family) {
        objects.put(new IpvsKey.OfVip(found.address()), IpvsObject.PRESENT);
      }
    }
    return others;
  }
}
