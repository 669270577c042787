package dev.sluice.events.kubernetes;

import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.util.LinkedHashMap;
import java.util.Map;

/** From the model to a v1 Service. What the API takes where nothing is said is left out. */
final class ServiceTree {
  private ServiceTree() {}

  static Map<String, Object> of(Service service) {
    Map<String, String> labels = new LinkedHashMap<>();
    ObjectTree.putText(labels, ServiceMapping.PROXY_NAME, service.proxyName());
    Map<String, Object> root = ObjectTree.root("v1", service.key(), labels);
    root.put("spec", spec(service));
    if (!service.loadBalancerAddresses().isEmpty()) {
      root.put(
          "status",
          Map.of(
              "loadBalancer",
              Map.of(
                  "ingress",
                  service.loadBalancerAddresses().stream().map(ServiceTree::ingress).toList())));
    }
    return root;
  }

  private static Map<String, Object> spec(Service service) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("type", service.type().toString());
    if (!service.clusterIps().isEmpty()) {
      spec.put("clusterIP", service.clusterIps().getFirst().toString());
      ObjectTree.putTexts(spec, "clusterIPs", service.clusterIps());
    } else if (service.type() != Service.Type.EXTERNAL_NAME) {
      spec.put("clusterIP", "None");
    }
    if (!service.ports().isEmpty()) {
      spec.put("ports", service.ports().stream().map(ServiceTree::port).toList());
    }
    ObjectTree.putTexts(spec, "externalIPs", service.externalIps());
    ObjectTree.putTexts(spec, "loadBalancerSourceRanges", service.loadBalancerSourceRanges());
    putPolicy(spec, "internalTrafficPolicy", service.internalTrafficPolicy());
    putPolicy(spec, "externalTrafficPolicy", service.externalTrafficPolicy());
    service
        .sessionAffinity()
        .ifPresent(
            affinity -> {
              spec.put("sessionAffinity", "ClientIP");
              spec.put(
                  "sessionAffinityConfig",
                  Map.of("clientIP", Map.of("timeoutSeconds", affinity.timeoutSeconds())));
            });
    if (service.healthCheckNodePort() != 0) {
      spec.put("healthCheckNodePort", service.healthCheckNodePort());
    }
    return spec;
  }

  private static void putPolicy(Map<String, Object> spec, String name, TrafficPolicy policy) {
    if (policy != TrafficPolicy.CLUSTER) {
      spec.put(name, policy.toString());
    }
  }

  private static Map<String, Object> port(ServicePort port) {
    Map<String, Object> tree = new LinkedHashMap<>();
    ObjectTree.putText(tree, "name", port.name());
    tree.put("protocol", port.protocol().toString());
    tree.put("port", port.port());
    if (port.nodePort() != 0) {
      tree.put("nodePort", port.nodePort());
    }
    return tree;
  }

  private static Map<String, Object> ingress(LoadBalancerAddress address) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("ip", address.ip().toString());
    if (address.ipMode() != IpMode.VIP) {
      tree.put("ipMode", address.ipMode().toString());
    }
    return tree;
  }
}
