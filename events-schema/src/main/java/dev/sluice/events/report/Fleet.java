package dev.sluice.events.report;

import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.report.Standings.Apart;
import dev.sluice.events.report.Standings.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All nodes, as the state topic and their own reports have them: folds both, and says who has come
 * how far. For one thread, which tells the time.
 */
public final class Fleet {
  /** Of one node; each restart and each change of the node's addresses may add one. */
  private static final int MOST_SETTINGS = 500;

  private final EndpointIndex endpoints = new EndpointIndex();
  private final Map<String, Seen> reports = new TreeMap<>();
  private final Map<String, Map<String, NodeSettings>> settings = new HashMap<>();
  private final TreeSet<String> nodes = new TreeSet<>();
  private ClusterImage image = ClusterImage.EMPTY;

  private record Seen(NodeReport report, Instant at) {}

  /** Takes what was read of the state topic. */
  public void foldState(List<StateEntry> entries) {
    ClusterDelta delta = new ClusterDelta(image);
    entries.forEach(delta::replay);
    ClusterImage next = delta.apply();
    endpoints.changed(image, next, delta.changedServices());
    image = next;
    for (String name : delta.changedNodes()) {
      if (image.node(name).isPresent()) {
        nodes.add(name);
      } else {
        nodes.remove(name);
      }
    }
  }

  /**
   * Takes one record of the nodes topic.
   *
   * @param seen when it came, by the clock that {@link #at} is asked by
   */
  public void fold(NodeEntry entry, Instant seen) {
    switch (entry) {
      case NodeEntry.Reported(NodeReport report) ->
          reports.put(report.node(), new Seen(report, seen));
      case NodeEntry.Configured(NodeSettings one) ->
          settings.computeIfAbsent(one.node(), _ -> new HashMap<>()).put(one.key(), one);
      case NodeEntry.Forgotten(String key) -> forget(key);
    }
  }

  private void forget(String key) {
    int slash = key.indexOf('/');
    if (slash < 0) {
      reports.remove(key);
    } else {
      settings.computeIfPresent(
          key.substring(0, slash),
          (_, known) -> {
            known.remove(key);
            return known;
          });
    }
  }

  /** The cluster as the state topic has it. */
  public ClusterImage image() {
    return image;
  }

  /** How the nodes stand. */
  public Standings at(Instant now) {
    Set<String> names = new TreeSet<>(reports.keySet());
    names.addAll(nodes);
    List<Live> live = new ArrayList<>();
    List<Apart> apart = new ArrayList<>();
    for (String name : names) {
      Optional<Seen> seen = Optional.ofNullable(reports.get(name));
      boolean hasObject = nodes.contains(name);
      Optional<String> reason = apart(hasObject, seen, now);
      if (reason.isEmpty() && seen.isPresent()) {
        live.add(new Live(seen.get().report(), age(seen.get(), now)));
      } else {
        apart.add(new Apart(name, hasObject, reason.orElse(""), seen.map(Seen::report)));
      }
    }
    return new Standings(image.revision(), live, apart);
  }

  private Optional<String> apart(boolean hasObject, Optional<Seen> seen, Instant now) {
    if (seen.isEmpty()) {
      return Optional.of("has not reported");
    }
    NodeReport report = seen.get().report();
    if (!hasObject) {
      return Optional.of("has no Node object");
    } else if (image
        .head()
        .filter(head -> !head.clusterId().equals(report.clusterId()))
        .isPresent()) {
      return Optional.of("reports of another cluster, " + report.clusterId());
    } else if (report.leaving()) {
      return Optional.of("its applier has ended; its rules stay as they were");
    }
    Duration age = age(seen.get(), now);
    return age.compareTo(report.valid()) < 0
        ? Optional.empty()
        : Optional.of(
            "reported %d s ago, more than three intervals of %d ms"
                .formatted(age.toSeconds(), report.intervalMillis()));
  }

  private static Duration age(Seen seen, Instant now) {
    return seen.at().isBefore(now) ? Duration.between(seen.at(), now) : Duration.ZERO;
  }

  /** The Services that have an endpoint with this address, ready or not. */
  public Set<ServiceName> services(IpAddress address) {
    return endpoints.services(address);
  }

  /**
   * Why new connections may still be sent to an address, as the log has it now; empty if none are.
   */
  public Optional<String> inUse(IpAddress address) {
    return EndpointUse.reason(image, endpoints.services(address), address);
  }

  /**
   * The keys of records that nobody needs any more.
   *
   * @param needed from when on settings may be asked for
   */
  public Set<String> superfluous(Instant needed) {
    Set<String> keys = new HashSet<>();
    settings.values().stream()
        .map(Map::values)
        .map(all -> NodeSettings.superfluous(all, needed, MOST_SETTINGS))
        .forEach(keys::addAll);
    for (Seen seen : reports.values()) {
      String name = seen.report().node();
      if (image.complete() && !nodes.contains(name) && seen.at().isBefore(needed)) {
        keys.add(name);
        keys.addAll(settings.getOrDefault(name, Map.of()).keySet());
      }
    }
    return keys;
  }

  /** All settings of a node that are known. */
  public Collection<NodeSettings> settings(String node) {
    return settings.getOrDefault(node, Map.of()).values();
  }
}
