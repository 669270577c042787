package dev.sluice.local.bench.ipvs;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd.ClusterIp;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import java.util.List;

/** What {@code ipvsadm -R} reads, for TCP Services with a ClusterIP and endpoints. Pure. */
final class IpvsadmScript {
  private IpvsadmScript() {}

  /** Makes all of them, as the back end does. */
  static String load(List<VirtualServer> servers) {
    StringBuilder script = new StringBuilder();
    for (VirtualServer server : servers) {
      script.append("-A -t ").append(address(server)).append(" -s rr\n");
      for (Destination destination : destinations(server)) {
        add(server, destination, script);
      }
    }
    return script.toString();
  }

  /** Leads from one state of a Service to another; what is no longer wanted drains. */
  static String change(VirtualServer before, VirtualServer after) {
    StringBuilder script = new StringBuilder();
    for (Destination destination : destinations(after)) {
      if (!destinations(before).contains(destination)) {
        add(after, destination, script);
      }
    }
    for (Destination destination : destinations(before)) {
      if (!destinations(after).contains(destination)) {
        line("-e", before, destination, 0, script);
      }
    }
    return script.toString();
  }

  private static void add(VirtualServer server, Destination destination, StringBuilder script) {
    line("-a", server, destination, 1, script);
  }

  private static void line(
      String what,
      VirtualServer server,
      Destination destination,
      int weight,
      StringBuilder script) {
    script
        .append(what)
        .append(" -t ")
        .append(address(server))
        .append(" -r ")
        .append(destination)
        .append(" -m -w ")
        .append(weight)
        .append('\n');
  }

  private static String address(VirtualServer server) {
    if (server.frontEnd() instanceof ClusterIp front) {
      return front.address().withPort(front.port());
    }
    throw new IllegalArgumentException(server.name() + ": not a ClusterIP");
  }

  private static List<Destination> destinations(VirtualServer server) {
    if (server.verdict() instanceof Balance balance) {
      return balance.destinations();
    }
    throw new IllegalArgumentException(server.name() + ": no endpoints");
  }
}
