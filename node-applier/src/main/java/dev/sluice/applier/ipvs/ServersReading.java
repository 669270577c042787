package dev.sluice.applier.ipvs;

import dev.sluice.applier.program.Comparison;
import dev.sluice.applier.program.KernelReading;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A look at what IPVS holds in one family, and at what of it is idle. */
final class ServersReading implements KernelReading {
  private final Lookout lookout;
  private final NodeReading reading;
  private final Comparison<IpvsKey, IpvsObject> comparison;
  private final Map<ServerKey, Set<RealServer>> idleBefore;
  private volatile Optional<Found> found = Optional.empty();

  /**
   * The sockets that the thread that reads has for itself. They stay open from one look to the
   * next; closed while a part is read, they are let finish that first.
   */
  static final class Lookout {
    private final NodeKernel kernel;
    private boolean closed;

    Lookout(NodeKernel kernel) {
      this.kernel = kernel;
    }

    private synchronized boolean step(NodeReading reading) throws IOException {
      return !closed && reading.step();
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    NodeKernel kernel() {
      return kernel;
    }

    synchronized void close() {
      closed = true;
      kernel.close();
    }
  }

  ServersReading(
      Lookout lookout,
      NodeReading reading,
      Comparison<IpvsKey, IpvsObject> comparison,
      Map<ServerKey, Set<RealServer>> idleBefore) {
    this.lookout = lookout;
    this.reading = reading;
    this.comparison = comparison;
    this.idleBefore = Map.copyOf(idleBefore);
  }

  @Override
  public boolean step() throws IOException {
    if (lookout.step(reading)) {
      return true;
    }
    if (!lookout.isClosed()) {
      Found all = reading.found();
      comparison.found(all.program());
      found = Optional.of(all);
    }
    return false;
  }

  Comparison<IpvsKey, IpvsObject> comparison() {
    return comparison;
  }

  /** What a virtual server was found to have idle. */
  Set<RealServer> idle(ServerKey server) {
    return found.map(all -> all.idle().getOrDefault(server, Set.of())).orElseGet(Set::of);
  }

  /** The virtual servers that have other idle destinations than were known. */
  Set<ServerKey> idleOtherwise() {
    Set<ServerKey> servers = new HashSet<>();
    found.ifPresent(
        all -> {
          Map<ServerKey, Set<RealServer>> either = new HashMap<>(idleBefore);
          either.putAll(all.idle());
          either
              .keySet()
              .forEach(
                  server -> {
                    if (!idle(server).equals(idleBefore.getOrDefault(server, Set.of()))) {
                      servers.add(server);
                    }
                  });
        });
    return servers;
  }
}
