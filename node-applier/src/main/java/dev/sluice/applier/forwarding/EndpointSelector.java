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
import java.util.function.Function;
import java.util.function.Predicate;

/** Which of a Service's endpoints may be used. Pure. */
final class EndpointSelector {
  private final String nodeName;
  private final String zone;

  /**
   * @param nodeName the node that forwards; its endpoints are local
   * @param zone the node's zone; empty: none
   */
  EndpointSelector(String nodeName, String zone) {
    this.nodeName = nodeName;
    this.zone = zone;
  }

  /**
   * What a Service port may use; each in order, each address and port once.
   *
   * @param cluster for policy Cluster
   * @param local for policy Local
   */
  record EndpointSets(List<Destination> cluster, List<Destination> local) {}

  private record Candidate(Endpoint endpoint, int port) {}

  EndpointSets sets(Collection<EndpointSlice> slices, ServicePort port, IpFamily family) {
    List<Candidate> all = candidates(slices, port, family);
    List<Candidate> here = all.stream().filter(this::isLocal).toList();
    List<Candidate> ready = all.stream().filter(candidate -> candidate.endpoint.ready()).toList();
    return new EndpointSets(
        ready.isEmpty() ? usable(all) : destinations(hinted(ready)), usable(here));
  }

  /** The ready ones; if there is none, those that still serve while they terminate. */
  private List<Destination> usable(List<Candidate> candidates) {
    List<Candidate> ready = candidates.stream().filter(c -> c.endpoint.ready()).toList();
    return destinations(
        ready.isEmpty()
            ? candidates.stream()
                .filter(c -> c.endpoint.serving() && c.endpoint.terminating())
                .toList()
            : ready);
  }

  /**
   * The endpoints that their hints name for this node, else for its zone. A hint counts only if
   * every endpoint has one, as during a change of them some may not, and only if it leaves any.
   */
  private List<Candidate> hinted(List<Candidate> ready) {
    List<Candidate> forNode = named(ready, Endpoint::hintNodes, nodeName);
    return forNode.isEmpty() ? fallback(named(ready, Endpoint::hintZones, zone), ready) : forNode;
  }

  private static List<Candidate> fallback(List<Candidate> some, List<Candidate> all) {
    return some.isEmpty() ? all : some;
  }

  private static List<Candidate> named(
      List<Candidate> ready, Function<Endpoint, List<String>> hints, String name) {
    Predicate<Candidate> hinted = candidate -> !hints.apply(candidate.endpoint).isEmpty();
    return ready.stream().allMatch(hinted)
        ? ready.stream().filter(c -> hints.apply(c.endpoint).contains(name)).toList()
        : List.of();
  }

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

  private boolean isLocal(Candidate candidate) {
    return candidate.endpoint.nodeName().equals(nodeName);
  }

  /** An endpoint that stands in two slices, as while it moves between them, counts once. */
  private List<Destination> destinations(List<Candidate> candidates) {
    // the order leaves out whether it is local
    SortedMap<Destination, Destination> unique = new TreeMap<>();
    for (Candidate candidate : candidates) {
      Destination found =
          new Destination(candidate.endpoint.address(), candidate.port, isLocal(candidate));
      unique.merge(found, found, (one, other) -> one.local() ? one : other);
    }
    return List.copyOf(unique.values());
  }
}
