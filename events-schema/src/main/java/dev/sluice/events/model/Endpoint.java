package dev.sluice.events.model;

import java.util.List;

/**
 * An endpoint of a slice.
 *
 * @param address the first of the API's addresses; a proxy reads no other
 * @param nodeName empty where the API names none
 * @param hintZones the zones that should use it; empty: no hint
 * @param hintNodes the nodes that should use it; empty: no hint
 */
public record Endpoint(
    IpAddress address,
    boolean ready,
    boolean serving,
    boolean terminating,
    String nodeName,
    List<String> hintZones,
    List<String> hintNodes) {
  public Endpoint {
    if (!nodeName.isEmpty()) {
      Names.subdomain("nodeName", nodeName);
    }
    // a cluster has far fewer nodes than endpoints
    nodeName = nodeName.intern();
    hintZones.forEach(zone -> Names.labelValue("zone", zone));
    hintNodes.forEach(node -> Names.subdomain("node hint", node));
    hintZones = List.copyOf(hintZones);
    hintNodes = List.copyOf(hintNodes);
  }
}
