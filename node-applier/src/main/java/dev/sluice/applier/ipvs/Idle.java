package dev.sluice.applier.ipvs;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Destinations that a virtual server still has, but that get no new connections: those that wait
 * until theirs have ended, each with the time when it goes anyhow. For one thread.
 */
final class Idle {
  private final Map<ServerKey, Map<RealServer, Instant>> servers = new HashMap<>();
  private final Set<ServerKey> closing = new HashSet<>();

  void put(ServerKey server, RealServer destination, Instant until) {
    servers.computeIfAbsent(server, _ -> new HashMap<>()).put(destination, until);
  }

  boolean contains(ServerKey server, RealServer destination) {
    return servers.getOrDefault(server, Map.of()).containsKey(destination);
  }

  void remove(ServerKey server, RealServer destination) {
    servers.computeIfPresent(
        server,
        (_, destinations) -> {
          destinations.remove(destination);
          return destinations;
        });
    if (servers.getOrDefault(server, Map.of()).isEmpty()) {
      servers.remove(server);
    }
  }

  void remove(ServerKey server) {
    servers.remove(server);
    closing.remove(server);
  }

  void clear() {
    servers.clear();
    closing.clear();
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return servers.isEmpty() && closing.isEmpty();
  }

  /** The virtual servers that have any, or are to go with the last of them. */
  List<ServerKey> servers() {
    Set<ServerKey> all = new HashSet<>(servers.keySet());
    all.addAll(closing);
    return List.copyOf(all);
  }

  /** Those of a virtual server. */
  Map<RealServer, Instant> of(ServerKey server) {
    return Map.copyOf(servers.getOrDefault(server, Map.of()));
  }

  /** When a destination goes in any case; empty: it is not idle. */
  Optional<Instant> until(ServerKey server, RealServer destination) {
    return Optional.ofNullable(servers.getOrDefault(server, Map.of()).get(destination));
  }

  /** A virtual server that is no longer wanted stays until its last destination goes. */
  void close(ServerKey server) {
    closing.add(server);
  }

  boolean isClosing(ServerKey server) {
    return closing.contains(server);
  }

  void reopen(ServerKey server) {
    closing.remove(server);
  }

  /**
   * Takes what was found for what there is; who was known to wait keeps its time.
   *
   * @param until when those go that were not known
   */
  void retain(Map<ServerKey, Set<RealServer>> found, Instant until) {
    servers.keySet().retainAll(found.keySet());
    servers.forEach((server, known) -> known.keySet().retainAll(found.getOrDefault(server, Set.of())));
    found.forEach((server, destinations) -> addAll(server, destinations, until));
    closing.clear();
  }

  /** Adds those that were found, unless their time is known. */
  private void addAll(ServerKey server, Collection<RealServer> destinations, Instant until) {
    for (RealServer destination : destinations) {
      if (!contains(server, destination)) {
        put(server, destination, until);
      }
    }
  }
}
