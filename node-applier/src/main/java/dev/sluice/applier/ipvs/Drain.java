package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * Looks at all of them once.
   *
   * @param idle is kept up to date
   * @return how many destinations and virtual servers were removed
   * @throws IOException if the kernel can't be read, or it is not known what it has done
   */
  int run(Idle idle, Instant now) throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (ServerKey server : idle.servers()) {
      List<FoundDestination> found = kernel.destinations(server);
      Map<RealServer, Instant> waiting = idle.of(server);
      for (Map.Entry<RealServer, Instant> each : waiting.entrySet()) {
        if (over(server, each.getKey(), found, each.getValue(), now)) {
          operations.add(new DeleteDestination(server, each.getKey()));
        }
      }
    }
    List<Operation> servers = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof DeleteDestination(var server, var destination)) {
        idle.remove(server, destination);
      }
    }
    for (ServerKey server : idle.servers()) {
      if (idle.isClosing(server) && idle.of(server).isEmpty()) {
        servers.add(new DeleteServer(server));
        idle.remove(server);
      }
    }
    operations.addAll(servers);
    var reasons = new ServerWriter(kernel).write(operations);
    if (!reasons.isEmpty()) {
      throw new IOException("removal of idle destinations: " + reasons);
    }
    return operations.size();
  }

  /** Whether a destination need wait no longer. */
  static boolean over(
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
