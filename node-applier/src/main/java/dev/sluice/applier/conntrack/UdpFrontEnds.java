package dev.sluice.applier.conntrack;

import dev.sluice.events.model.ServiceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * All UDP front ends, kept up to date Service by Service, so that a change costs what it touches.
 * For one thread.
 */
final class UdpFrontEnds {
  private final Map<ServiceName, UdpService> services = new HashMap<>();

  /** Nearly always one Service; but nothing forbids two to name the same external address. */
  private final Map<UdpFrontEnd, Map<ServiceName, Set<AddressPort>>> owners = new HashMap<>();

  /**
   * Replaces what one Service has.
   *
   * @return the front ends that it has gained or lost, or whose endpoints have changed
   */
  Set<UdpFrontEnd> replace(ServiceName name, UdpService service) {
    UdpService before =
        Objects.requireNonNullElse(
            service.serving().isEmpty() ? services.remove(name) : services.put(name, service),
            UdpService.NONE);
    if (before.equals(service)) {
      return Set.of();
    }
    Set<UdpFrontEnd> changed = new HashSet<>();
    for (UdpFrontEnd front : before.serving().keySet()) {
      if (!service.serving().containsKey(front)) {
        changed.add(front);
        owners.computeIfPresent(front, (_, all) -> without(all, name));
      }
    }
    service
        .serving()
        .forEach(
            (front, endpoints) -> {
              if (!endpoints.equals(before.serving().get(front))) {
                changed.add(front);
                owners.computeIfAbsent(front, _ -> new HashMap<>(2)).put(name, endpoints);
              }
            });
    return changed;
  }

  @SuppressWarnings("NullAway") // null takes the key out of the map
  private static Map<ServiceName, Set<AddressPort>> without(
      Map<ServiceName, Set<AddressPort>> all, ServiceName name) {
    all.remove(name);
    return all.isEmpty() ? null : all;
  }

  boolean contains(UdpFrontEnd front) {
    return owners.containsKey(front);
  }

  /** Whether an endpoint serves a front end; empty: there is no such front end. */
  Optional<Boolean> serves(UdpFrontEnd front, AddressPort endpoint) {
    return Optional.ofNullable(owners.get(front))
        .map(all -> all.values().stream().anyMatch(endpoints -> endpoints.contains(endpoint)));
  }
}
