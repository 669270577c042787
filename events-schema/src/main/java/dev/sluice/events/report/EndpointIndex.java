package dev.sluice.events.report;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which Services have an endpoint with an address. For one thread. */
final class EndpointIndex {
  private final Map<IpAddress, Set<ServiceName>> services = new HashMap<>();

  /** Follows from one image to the next, in which only these Services differ. */
  void changed(ClusterImage before, ClusterImage after, Collection<ServiceName> changed) {
    for (ServiceName name : changed) {
      Set<IpAddress> were = addresses(before, name);
      Set<IpAddress> are = addresses(after, name);
      for (IpAddress gone : were) {
        if (!are.contains(gone)) {
          services.computeIfPresent(gone, (_, known) -> without(known, name));
        }
      }
      are.forEach(address -> services.merge(address, Set.of(name), EndpointIndex::union));
    }
  }

  Set<ServiceName> services(IpAddress address) {
    return services.getOrDefault(address, Set.of());
  }

  private static Set<IpAddress> addresses(ClusterImage image, ServiceName name) {
    Set<IpAddress> addresses = new HashSet<>();
    image
        .slices(name)
        .forEach(
            slice -> slice.endpoints().stream().map(Endpoint::address).forEach(addresses::add));
    return addresses;
  }

  /** Nearly all have one, for which an immutable set is the smallest. */
  private static Set<ServiceName> union(Set<ServiceName> some, Set<ServiceName> more) {
    if (some.containsAll(more)) {
      return some;
    }
    Set<ServiceName> all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }

  @SuppressWarnings("NullAway") // null removes the entry
  private static Set<ServiceName> without(Set<ServiceName> known, ServiceName name) {
    Set<ServiceName> left = new HashSet<>(known);
    left.remove(name);
    return left.isEmpty() ? null : Set.copyOf(left);
  }
}
