package dev.sluice.events.model;

import java.util.List;

/**
 * What a proxy reads of a Node.
 *
 * @param zone the label {@code topology.kubernetes.io/zone}; empty: none
 * @param deleting whether a deletion timestamp is set
 * @param beingScaledDown whether the taint {@code ToBeDeletedByClusterAutoscaler} is set
 */
public record Node(
    String name,
    List<NodeAddress> addresses,
    String zone,
    List<Cidr> podCidrs,
    boolean deleting,
    boolean beingScaledDown)
    implements ClusterObject {
  public Node {
    Names.subdomain("name", name);
    Names.labelValue("zone", zone);
    addresses = List.copyOf(addresses);
    podCidrs = List.copyOf(podCidrs);
  }

  @Override
  public ObjectKey key() {
    return ObjectKey.node(name);
  }
}
