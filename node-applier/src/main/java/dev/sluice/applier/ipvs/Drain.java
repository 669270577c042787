package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes idle destinations whose connections have ended, or whose time is over. One thread. */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private final IpvsKernel kernel;

  Drain(IpvsKernel kernel) {
    this.kernel = kernel;
  }

  /**
   * What one look came to.
   *
   * @param removed destinations and virtual servers
   * @param servers the virtual servers among them
   * @param released addresses that virtual servers were reached by which have gone
   */
  record Step(int removed, Set<ServerKey> servers, Set<IpAddress> released) {}

  /**
   * Looks at all of them once.
   *
   * @param idle is kept up to date
   * @throws IOException if the kernel can't be read, or it is not known what it has done
   */
  Step run(Idle idle, Instant now) throws IOException {
    List<Operation> operations = new ArrayList<>();
    Set<ServerKey> servers = new HashSet<>();
    Set<IpAddress> released = new HashSet<>();
    for (ServerKey server : idle.servers()) {
      List<FoundDestination> found = kernel.destinations(server);
      for (Map.Entry<RealServer, Instant> each : idle.of(server).entrySet()) {
        if (over(server, each.getKey(), found, each.getValue(), now)) {
          operations.add(new DeleteDestination(server, each.getKey()));
          idle.remove(server, each.getKey());
        }
      }
      if (idle.isClosing(server) && idle.of(server).isEmpty()) {
        operations.add(new DeleteServer(server));
        servers.add(server);
        released.addAll(idle.addresses(server));
        idle.remove(server);
      }
    }
    var reasons = new ServerWriter(kernel).write(operations);
    if (!reasons.isEmpty()) {
      throw new IOException("removal of idle destinations: " + reasons);
    }
    return new Step(operations.size(), servers, released);
  }

  private static boolean over(
      ServerKey server,
      RealServer destination,
      List<FoundDestination> found,
      Instant until,
      Instant now) {
    long connections =
        found.stream()
            .filter(each -> each.server().equals(destination))
            .mapToLong(each -> each.active() + each.inactive())
            .sum();
    boolean late = !now.isBefore(until);
    if (connections > 0 && late) {
      LOG.warn(
          "drain server=\"{}\" destination={} connections={}; its time is over",
          server,
          destination,
          connections);
    }
    return connections == 0 || late;
  }
}
