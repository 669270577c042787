package dev.sluice.events.report;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.TrafficPolicy;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether any node may send new connections to an address. Errs on the side of yes: topology hints,
 * which only ever narrow the choice, are not looked at. Pure.
 */
final class EndpointUse {
  private EndpointUse() {}

  /**
   * Why some node may; empty if none does.
   *
   * @param services those that have an endpoint with the address
   */
  static Optional<String> reason(
      ClusterImage image, Collection<ServiceName> services, IpAddress address) {
    return services.stream()
        .map(name -> reason(image, name, address))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> reason(ClusterImage image, ServiceName name, IpAddress address) {
    Optional<Service> service = image.service(name).filter(found -> found.notServed().isEmpty());
    if (service.isEmpty()) {
      return Optional.empty();
    }
    Collection<EndpointSlice> slices =
        image.slices(name).stream().filter(EndpointUse::served).toList();
    return slices.stream()
        .flatMap(
            slice ->
                slice.endpoints().stream()
                    .filter(endpoint -> endpoint.address().equals(address))
                    .map(endpoint -> reason(service.get(), slices, slice, endpoint)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static boolean served(EndpointSlice slice) {
    return !slice.headless() && slice.proxyName().isEmpty();
  }

  private static Optional<String> reason(
      Service service, Collection<EndpointSlice> slices, EndpointSlice slice, Endpoint endpoint) {
    if (endpoint.ready()) {
      return Optional.of("it is a ready endpoint of " + service.key());
    } else if (!endpoint.serving() || !endpoint.terminating()) {
      return Optional.empty();
    }
    // a port that has no ready endpoint falls back to those that still serve while they terminate
    for (EndpointPort port : slice.ports()) {
      if (!readyAt(slices, slice, port, _ -> true)) {
        return Optional.of(
            "it terminates, but %s has no ready endpoint to replace it".formatted(service.key()));
      }
      if (hasLocalPolicy(service)
          && !readyAt(slices, slice, port, other -> other.nodeName().equals(endpoint.nodeName()))) {
        return Optional.of(
            "it terminates, but %s, with policy Local, has no ready endpoint on node %s to replace it"
                .formatted(service.key(), endpoint.nodeName()));
      }
    }
    return Optional.empty();
  }

  private static boolean readyAt(
      Collection<EndpointSlice> slices,
      EndpointSlice like,
      EndpointPort port,
      Predicate<Endpoint> where) {
    return slices.stream()
        .filter(slice -> slice.addressType() == like.addressType())
        .filter(slice -> slice.ports().stream().anyMatch(other -> samePort(port, other)))
        .flatMap(slice -> slice.endpoints().stream())
        .anyMatch(other -> other.ready() && where.test(other));
  }

  private static boolean samePort(EndpointPort one, EndpointPort other) {
    return one.name().equals(other.name()) && one.protocol() == other.protocol();
  }

  private static boolean hasLocalPolicy(Service service) {
    return service.internalTrafficPolicy() == TrafficPolicy.LOCAL
        || service.externalTrafficPolicy() == TrafficPolicy.LOCAL;
  }
}
