package dev.sluice.events.kubernetes;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.Service;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Short manifests, written in place. */
final class Manifests {
  private Manifests() {}

  static Map<?, ?> yaml(String text) {
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  static Optional<ObservedObject> map(String text) {
    return ObjectMapping.map(yaml(text));
  }

  static ClusterObject object(String text) {
    return map(text).orElseThrow().object();
  }

  static Service service(String spec) {
    return (Service)
        object(
            "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {%s}}"
                .formatted(spec));
  }

  static EndpointSlice slice(String labels, String fields) {
    return (EndpointSlice)
        object(
            """
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice,
             metadata: {name: web-1, namespace: shop, labels: {%s}}, addressType: IPv4, %s}
            """
                .formatted(labels, fields));
  }

  static Node node(String spec, String status) {
    return (Node)
        object(
            "{apiVersion: v1, kind: Node, metadata: {name: n}, spec: {%s}, status: {%s}}"
                .formatted(spec, status));
  }
}
