package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many Service ports have a traffic policy Local and endpoints, but none on this node, so that
 * their traffic is dropped here. Kept Service by Service, so that a change costs what it touches.
 * Changed by one thread; any may read. Pure.
 */
final class NoLocalEndpoints {
  /** Whose traffic is dropped. */
  enum Policy {
    /** That of clients of the ClusterIP. */
    INTERNAL,
    /** That of clients outside the cluster. */
    EXTERNAL;

    /** As kube-proxy's metric spells it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Count(IpFamily family, Policy policy) {}

  private record Dropped(ServicePortName port, Count count) {}

  private final Map<ServiceName, Set<Dropped>> services = new HashMap<>();
  private final Map<Count, Integer> counts = new ConcurrentHashMap<>();

  /**
   * Replaces what one Service has.
   *
   * @param servers its virtual servers of both families; none where it is gone
   */
  void replace(ServiceName name, List<VirtualServer> servers) {
    Set<Dropped> now = new HashSet<>();
    for (VirtualServer server : servers) {
      if (server.verdict() instanceof Drop) {
        Policy policy =
            server.frontEnd() instanceof FrontEnd.ClusterIp ? Policy.INTERNAL : Policy.EXTERNAL;
        // a port has many external front ends, and counts once
        now.add(new Dropped(server.name(), new Count(server.family(), policy)));
      }
    }
    Set<Dropped> before =
        now.isEmpty() ? services.remove(name) : services.put(name, Set.copyOf(now));
    now.forEach(dropped -> counts.merge(dropped.count(), 1, Integer::sum));
    if (before != null) {
      before.forEach(dropped -> counts.merge(dropped.count(), -1, Integer::sum));
    }
  }

  /** The number of Service ports of a family whose traffic by this policy is dropped. */
  int count(IpFamily family, Policy policy) {
    return counts.getOrDefault(new Count(family, policy), 0);
  }
}
