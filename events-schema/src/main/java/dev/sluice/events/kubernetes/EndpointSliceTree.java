package dev.sluice.events.kubernetes;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the model to a discovery.k8s.io/v1 EndpointSlice. */
final class EndpointSliceTree {
  private EndpointSliceTree() {}

  static Map<String, Object> of(EndpointSlice slice) {
    Map<String, String> labels = new LinkedHashMap<>();
    slice
        .serviceName()
        .ifPresent(service -> labels.put(EndpointSliceMapping.SERVICE, service.name()));
    if (slice.headless()) {
      labels.put(EndpointSliceMapping.HEADLESS, "");
    }
    ObjectTree.putText(labels, ServiceMapping.PROXY_NAME, slice.proxyName());
    Map<String, Object> root = ObjectTree.root("discovery.k8s.io/v1", slice.key(), labels);
    root.put("addressType", slice.addressType().toString());
    root.put("ports", slice.ports().stream().map(EndpointSliceTree::port).toList());
    root.put("endpoints", slice.endpoints().stream().map(EndpointSliceTree::endpoint).toList());
    return root;
  }

  private static Map<String, Object> port(EndpointPort port) {
    Map<String, Object> tree = new LinkedHashMap<>();
    ObjectTree.putText(tree, "name", port.name());
    tree.put("protocol", port.protocol().toString());
    tree.put("port", port.port());
    return tree;
  }

  private static Map<String, Object> endpoint(Endpoint endpoint) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("addresses", List.of(endpoint.address().toString()));
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("ready", endpoint.ready());
    conditions.put("serving", endpoint.serving());
    conditions.put("terminating", endpoint.terminating());
    tree.put("conditions", conditions);
    ObjectTree.putText(tree, "nodeName", endpoint.nodeName());
    Map<String, Object> hints = new LinkedHashMap<>();
    putNames(hints, "forZones", endpoint.hintZones());
    putNames(hints, "forNodes", endpoint.hintNodes());
    if (!hints.isEmpty()) {
      tree.put("hints", hints);
    }
    return tree;
  }

  private static void putNames(Map<String, Object> hints, String name, List<String> values) {
    if (!values.isEmpty()) {
      hints.put(name, values.stream().map(value -> Map.of("name", value)).toList());
    }
  }
}
