package dev.sluice.applier.ipvs;

import dev.sluice.applier.conntrack.Flow;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.FoundSet;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.netlink.Link;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes what IPVS has of ours in one family, as far as no connection needs it: those that are
 * open go on through virtual servers that take no new ones, at addresses that stay the node's. Used
 * by one thread.
 */
final class Departure {
  private final NodeKernel kernel;
  private final IpFamily family;
  private final Exclusions exclusions;

  Departure(NodeKernel kernel, IpFamily family, Exclusions exclusions) {
    this.kernel = kernel;
    this.family = family;
    this.exclusions = exclusions;
  }

  /**
   * What one look came to.
   *
   * @param removed virtual servers, addresses and sets
   * @param left connections that are open still
   */
  record Step(int removed, long left) {
    boolean done() {
      return left == 0;
    }
  }

  /**
   * Looks at all once, and removes what may go.
   *
   * @param late whether all of it goes, whatever is open
   * @throws IOException if the kernel can't be read or refuses; it may be called again
   */
  Step step(boolean late) throws IOException {
    if (!kernel.sets().available() || !kernel.servers().available()) {
      return new Step(0, 0); // then nothing of ours can be there
    }
    Found found = new NodeReader(kernel, family).read(Program.empty(), exclusions);
    List<Operation> operations = new ArrayList<>();
    Set<IpAddress> needed = new HashSet<>();
    Set<ServerKey.ToAddress> goneUdp = new HashSet<>();
    long open = 0;
    for (IpvsKey key : found.program().objects().keySet()) {
      if (key instanceof IpvsKey.OfServer(ServerKey server)) {
        long here = drain(server, late, operations);
        open += here;
        if (here == 0) {
          operations.add(new DeleteServer(server));
        }
        if (here > 0) {
          needed.addAll(addresses(server, found));
        } else if (server instanceof ServerKey.ToAddress at && at.protocol() == Protocol.UDP) {
          goneUdp.add(at);
        }
      }
    }
    write(operations);
    end(goneUdp);
    int addresses = removeAddresses(found, needed);
    return open > 0
        ? new Step(operations.size() + addresses, open)
        : new Step(operations.size() + addresses + destroySets(), 0);
  }

  /** By which addresses packets get to a virtual server. */
  private static Set<IpAddress> addresses(ServerKey server, Found found) {
    return switch (server) {
      case ServerKey.ToAddress at -> Set.of(at.address());
      case ServerKey.Marked marked -> {
        Set<IpAddress> addresses = new HashSet<>();
        found
            .program()
            .objects()
            .forEach(
                (key, object) -> {
                  if (object.equals(new IpvsObject.Mark(marked.mark()))
                      && key instanceof IpvsKey.OfElement(var _, OfSocket socket)) {
                    addresses.add(socket.address());
                  }
                });
        yield addresses;
      }
    };
  }

  /** The connections that stay open; adds what it takes that no new ones come. */
  private long drain(ServerKey server, boolean late, List<Operation> operations)
      throws IOException {
    long open = 0;
    List<FoundDestination> destinations = late ? List.of() : kernel.servers().destinations(server);
    for (FoundDestination destination : destinations) {
      long connections = destination.active() + destination.inactive();
      open += connections;
      if (connections == 0) {
        operations.add(new DeleteDestination(server, destination.server()));
      } else if (destination.weight() != 0) {
        operations.add(new SetDestination(server, destination.server(), 0));
      }
    }
    return open;
  }

  private void write(List<Operation> operations) throws IOException {
    Map<ServerKey, String> reasons = new ServerWriter(kernel.servers()).write(operations);
    if (!reasons.isEmpty()) {
      throw new IOException("removal of virtual servers: " + reasons);
    }
  }

  /** Rules are asked for new flows only: one that IPVS led would be led nowhere from now on. */
  private void end(Set<ServerKey.ToAddress> servers) throws IOException {
    if (servers.isEmpty()) {
      return;
    }
    List<Flow> stale =
        kernel
            .flows()
            .udp(
                family,
                flow ->
                    servers.contains(
                        new ServerKey.ToAddress(
                            Protocol.UDP,
                            flow.original().destination().address(),
                            flow.original().destination().port())));
    if (!stale.isEmpty()) {
      int _ = kernel.flows().delete(stale);
    }
  }

  private int removeAddresses(Found found, Set<IpAddress> needed) throws IOException {
    Optional<Link> device = kernel.links().find(NodeKernel.DEVICE);
    if (device.isEmpty()) {
      return 0;
    }
    List<IpAddress> gone = new ArrayList<>();
    for (IpvsKey key : found.program().objects().keySet()) {
      if (key instanceof IpvsKey.OfVip(IpAddress address) && !needed.contains(address)) {
        gone.add(address);
      }
    }
    var refused = kernel.links().remove(device.get(), gone);
    if (!refused.isEmpty()) {
      throw new IOException("removal of addresses: " + refused);
    }
    if (needed.isEmpty() && kernel.links().addresses(device.get()).isEmpty()) {
      boolean _ = kernel.links().deleteDummy(NodeKernel.DEVICE);
    }
    return gone.size();
  }

  private int destroySets() throws IOException {
    Map<String, FoundSet> sets = kernel.sets().definitions();
    int destroyed = 0;
    for (IpvsSet set : IpvsSet.values()) {
      SetDefinition definition = set.definition(family);
      FoundSet found = sets.get(definition.name());
      if (found != null && found.serves(definition)) {
        kernel.sets().destroy(definition.name());
        destroyed++;
      }
    }
    return destroyed;
  }
}
