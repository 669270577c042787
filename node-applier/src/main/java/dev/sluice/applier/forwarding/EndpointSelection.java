package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.EndpointSelector.EndpointSets;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.events.model.Endpoint;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which of a Service port's endpoints may be used, and why the others may not. What depends on all
 * of them is found once; the standing of each follows from that, so the sets and their reasons
 * can't differ. Pure, immutable.
 */
final class EndpointSelection {
  /** What tells which ready endpoints are meant for this node. */
  private enum Hints {
    NONE,
    NODE,
    ZONE
  }

  private final String nodeName;
  private final String zone;
  private final List<PortEndpoint> endpoints;
  private final boolean anyReady;
  private final boolean anyReadyHere;
  private final Hints hints;

  /**
   * @param zone the node's zone; empty: none
   * @param endpoints all that the Service port has, whatever their condition
   */
  EndpointSelection(String nodeName, String zone, List<PortEndpoint> endpoints) {
    this.nodeName = nodeName;
    this.zone = zone;
    this.endpoints = endpoints;
    int ready = 0;
    int readyHere = 0;
    HintCount forNodes = new HintCount(nodeName);
    HintCount forZones = new HintCount(zone);
    for (PortEndpoint one : endpoints) {
      Endpoint endpoint = one.endpoint();
      if (endpoint.ready()) {
        ready++;
        readyHere += isHere(endpoint) ? 1 : 0;
        forNodes.add(endpoint.hintNodes());
        forZones.add(endpoint.hintZones());
      }
    }
    anyReady = ready > 0;
    anyReadyHere = readyHere > 0;
    hints = forNodes.count() ? Hints.NODE : forZones.count() ? Hints.ZONE : Hints.NONE;
  }

  /** Both sets; each in order, each address and port once. */
  EndpointSets sets() {
    // an endpoint that stands in two slices, as while it moves between them, counts once;
    // the order leaves out whether it is local
    SortedMap<Destination, Destination> cluster = new TreeMap<>();
    SortedMap<Destination, Destination> local = new TreeMap<>();
    for (PortEndpoint one : endpoints) {
      boolean inCluster = inCluster(one.endpoint()).used();
      boolean inLocal = inLocal(one.endpoint()).used();
      if (inCluster || inLocal) {
        Destination found =
            new Destination(one.endpoint().address(), one.port(), isHere(one.endpoint()));
        if (inCluster) {
          cluster.merge(found, found, (first, second) -> first.local() ? first : second);
        }
        if (inLocal) {
          local.put(found, found);
        }
      }
    }
    return new EndpointSets(List.copyOf(cluster.values()), List.copyOf(local.values()));
  }

  /** Why one of these endpoints is in a set, or is not. */
  Standing standing(EndpointSet set, Endpoint endpoint) {
    return switch (set) {
      case CLUSTER -> inCluster(endpoint);
      case LOCAL -> inLocal(endpoint);
    };
  }

  private Standing inCluster(Endpoint endpoint) {
    if (!endpoint.ready()) {
      return unready(endpoint, anyReady);
    }
    return switch (hints) {
      case NONE -> Standing.READY;
      case NODE ->
          endpoint.hintNodes().contains(nodeName) ? Standing.READY : Standing.FOR_ANOTHER_NODE;
      case ZONE -> endpoint.hintZones().contains(zone) ? Standing.READY : Standing.FOR_ANOTHER_ZONE;
    };
  }

  private Standing inLocal(Endpoint endpoint) {
    if (!isHere(endpoint)) {
      return Standing.ON_ANOTHER_NODE;
    }
    return endpoint.ready() ? Standing.READY : unready(endpoint, anyReadyHere);
  }

  private static Standing unready(Endpoint endpoint, boolean othersReady) {
    if (!endpoint.terminating()) {
      return Standing.NOT_READY;
    }
    if (!endpoint.serving()) {
      return Standing.NOT_SERVING;
    }
    return othersReady ? Standing.TERMINATING : Standing.LAST_RESORT;
  }

  private boolean isHere(Endpoint endpoint) {
    return endpoint.nodeName().equals(nodeName);
  }

  /**
   * Whether hints count: only if every ready endpoint has one, as during a change of them some may
   * not, and only if that leaves any.
   */
  private static final class HintCount {
    private final String name;
    private boolean every = true;
    private boolean any;

    HintCount(String name) {
      this.name = name;
    }

    void add(List<String> hints) {
      every &= !hints.isEmpty();
      any |= hints.contains(name);
    }

    boolean count() {
      return every && any;
    }
  }
}
