package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServicePort;
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

  EndpointSets sets(Collection<EndpointSlice> slices, ServicePort port, IpFamily family) {
    List<PortEndpoint> all = PortEndpoint.of(slices, port.name(), port.protocol(), family);
    List<PortEndpoint> ready = those(all, Endpoint::ready);
    List<PortEndpoint> draining = those(all, e -> e.serving() && e.terminating());
    return new EndpointSets(
        destinations(ready.isEmpty() ? draining : hinted(ready)),
        destinations(orElse(those(ready, this::isLocal), those(draining, this::isLocal))));
  }

  private static List<PortEndpoint> those(
      List<PortEndpoint> endpoints, Predicate<Endpoint> condition) {
    return endpoints.stream().filter(one -> condition.test(one.endpoint())).toList();
  }

  private static List<PortEndpoint> orElse(List<PortEndpoint> some, List<PortEndpoint> others) {
    return some.isEmpty() ? others : some;
  }

  /**
   * The endpoints that their hints name for this node, else for its zone. A hint counts only if
   * every endpoint has one, as during a change of them some may not, and only if it leaves any.
   */
  private List<PortEndpoint> hinted(List<PortEndpoint> ready) {
    List<PortEndpoint> forNode = named(ready, Endpoint::hintNodes, nodeName);
    return orElse(forNode, orElse(named(ready, Endpoint::hintZones, zone), ready));
  }

  private static List<PortEndpoint> named(
      List<PortEndpoint> ready, Function<Endpoint, List<String>> hints, String name) {
    return ready.stream().noneMatch(one -> hints.apply(one.endpoint()).isEmpty())
        ? those(ready, endpoint -> hints.apply(endpoint).contains(name))
        : List.of();
  }

  private boolean isLocal(Endpoint endpoint) {
    return endpoint.nodeName().equals(nodeName);
  }

  /** An endpoint that stands in two slices, as while it moves between them, counts once. */
  private List<Destination> destinations(List<PortEndpoint> endpoints) {
    // the order leaves out whether it is local
    SortedMap<Destination, Destination> unique = new TreeMap<>();
    for (PortEndpoint one : endpoints) {
      Destination found =
          new Destination(one.endpoint().address(), one.port(), isLocal(one.endpoint()));
      unique.merge(found, found, (first, second) -> first.local() ? first : second);
    }
    return List.copyOf(unique.values());
  }
}
