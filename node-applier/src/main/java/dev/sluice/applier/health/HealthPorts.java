package dev.sluice.applier.health;

import dev.sluice.events.model.ServiceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which ports load balancers ask at, and for what: kept Service by Service, so that a change costs
 * what it touches. For one thread. Pure.
 */
final class HealthPorts {
  private final Map<ServiceName, Integer> ports = new HashMap<>();

  /** Nearly always one Service; two while a port passes from one to the other. */
  private final Map<Integer, SortedMap<ServiceName, ServiceHealth>> services = new HashMap<>();

  /**
   * Replaces what one Service has.
   *
   * @param health empty: nobody asks for it any more
   * @return the ports where there may be another answer, or none, now
   */
  Set<Integer> replace(ServiceName name, Optional<ServiceHealth> health) {
    Set<Integer> changed = new HashSet<>();
    Integer before = ports.remove(name);
    if (before != null) {
      changed.add(before);
      services.computeIfPresent(before, (_, all) -> without(all, name));
    }
    health.ifPresent(
        now -> {
          changed.add(now.port());
          ports.put(name, now.port());
          services.computeIfAbsent(now.port(), _ -> new TreeMap<>()).put(name, now);
        });
    return changed;
  }

  @SuppressWarnings("NullAway") // null takes the key out of the map
  private static SortedMap<ServiceName, ServiceHealth> without(
      SortedMap<ServiceName, ServiceHealth> all, ServiceName name) {
    all.remove(name);
    return all.isEmpty() ? null : all;
  }

  /**
   * What is told at a port; empty: nothing. Where two Services want the port, it is the first by
   * name, however they came.
   */
  Optional<ServiceHealth> at(int port) {
    return Optional.ofNullable(services.get(port)).map(all -> all.firstEntry().getValue());
  }

  /** The Services that want a port. */
  Set<ServiceName> claimants(int port) {
    return Optional.ofNullable(services.get(port))
        .map(all -> Set.copyOf(all.keySet()))
        .orElse(Set.of());
  }

  /** All ports where something is told. */
  Set<Integer> all() {
    return Set.copyOf(services.keySet());
  }
}
