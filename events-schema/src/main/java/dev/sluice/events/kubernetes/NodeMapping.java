package dev.sluice.events.kubernetes;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From a v1 Node to the model. */
final class NodeMapping {
  static final String ZONE = "topology.kubernetes.io/zone";
  static final String AUTOSCALER_TAINT = "ToBeDeletedByClusterAutoscaler";

  private NodeMapping() {}

  static Node map(ObjectKey key, ApiObject object) {
    ApiObject metadata = object.object("metadata");
    ApiObject spec = object.object("spec");
    return new Node(
        key.name(),
        object.object("status").objects("addresses").stream()
            .flatMap(address -> address.build(NodeMapping::address).stream())
            .toList(),
        metadata.object("labels").text(ZONE),
        spec.parse("podCIDRs", NodeMapping::podCidrs),
        metadata.has("deletionTimestamp"),
        spec.objects("taints").stream().anyMatch(t -> t.text("key").equals(AUTOSCALER_TAINT)));
  }

  private static Optional<NodeAddress> address(ApiObject address) {
    return switch (address.text("type")) {
      case "InternalIP" -> Optional.of(address(NodeAddress.Type.INTERNAL_IP, address));
      case "ExternalIP" -> Optional.of(address(NodeAddress.Type.EXTERNAL_IP, address));
      default -> Optional.empty();
    };
  }

  private static NodeAddress address(NodeAddress.Type type, ApiObject address) {
    return new NodeAddress(type, IpAddress.parse(address.text("address")));
  }

  private static List<Cidr> podCidrs(ApiObject spec) {
    List<String> all = spec.texts("podCIDRs");
    // a hand-written manifest may have only the older field
    return (all.isEmpty() ? Stream.of(spec.text("podCIDR")) : all.stream())
        .filter(text -> !text.isEmpty())
        .map(Cidr::parse)
        .toList();
  }
}
