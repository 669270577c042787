package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Which of a Service's endpoints may be used. Pure. */
final class EndpointSelector {
  private final String nodeName;

  /**
   * @param nodeName the node that forwards; its endpoints are local
   */
  EndpointSelector(String nodeName) {
    this.nodeName = nodeName;
  }

  /**
   * The Cluster set: the ready endpoints; if there is none, those that still serve while they
   * terminate.
   *
   * @return in order, each address and port once
   */
  List<Destination> clusterSet(
      Collection<EndpointSlice> slices, ServicePort port, IpFamily family) {
    List<Candidate> candidates = candidates(slices, port, family);
    List<Destination> ready = destinations(candidates, Endpoint::ready);
    return ready.isEmpty()
        ? destinations(candidates, endpoint -> endpoint.serving() && endpoint.terminating())
        : ready;
  }

  private record Candidate(Endpoint endpoint, int port) {}

  private static List<Candidate> candidates(
      Collection<EndpointSlice> slices, ServicePort servicePort, IpFamily family) {
    List<Candidate> result = new ArrayList<>();
    for (EndpointSlice slice : slices) {
      if (slice.addressType() != family || slice.headless() || !slice.proxyName().isEmpty()) {
        continue;
      }
      for (EndpointPort port : slice.ports()) {
        if (port.name().equals(servicePort.name()) && port.protocol() == servicePort.protocol()) {
          slice.endpoints().forEach(e -> result.add(new Candidate(e, port.port())));
        }
      }
    }
    return result;
  }

  /** An endpoint that stands in two slices, as while it moves between them, counts once. */
  private List<Destination> destinations(
      List<Candidate> candidates, Predicate<Endpoint> condition) {
    SortedMap<Destination, Destination> unique =
        new TreeMap<>(); // the order leaves out whether it is local
    for (Candidate candidate : candidates) {
      if (condition.test(candidate.endpoint)) {
        boolean local = candidate.endpoint.nodeName().equals(nodeName);
        Destination found = new Destination(candidate.endpoint.address(), candidate.port, local);
        unique.merge(found, found, (one, other) -> one.local() ? one : other);
      }
    }
    return List.copyOf(unique.values());
  }
}
