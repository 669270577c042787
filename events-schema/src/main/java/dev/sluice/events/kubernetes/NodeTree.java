package dev.sluice.events.kubernetes;

import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the model to a v1 Node. */
final class NodeTree {
  private NodeTree() {}

  static Map<String, Object> of(Node node) {
    Map<String, String> labels = new LinkedHashMap<>();
    ObjectTree.putText(labels, NodeMapping.ZONE, node.zone());
    // the log says that it is being deleted, and not since when
    Map<String, String> deletion =
        node.deleting() ? Map.of("deletionTimestamp", Instant.EPOCH.toString()) : Map.of();
    Map<String, Object> root = ObjectTree.root("v1", node.key(), labels, deletion);
    Map<String, Object> spec = new LinkedHashMap<>();
    ObjectTree.putTexts(spec, "podCIDRs", node.podCidrs());
    if (node.beingScaledDown()) {
      spec.put(
          "taints", List.of(Map.of("key", NodeMapping.AUTOSCALER_TAINT, "effect", "NoSchedule")));
    }
    if (!spec.isEmpty()) {
      root.put("spec", spec);
    }
    root.put(
        "status", Map.of("addresses", node.addresses().stream().map(NodeTree::address).toList()));
    return root;
  }

  private static Map<String, Object> address(NodeAddress address) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", address.type().toString());
    tree.put("address", address.address().toString());
    return tree;
  }
}
