package dev.sluice.events.difference;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServicePort;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The fields of an object by their paths, in the order in which they are told. */
final class ObjectFields {
  private final Map<String, Field> fields = new LinkedHashMap<>();

  private ObjectFields() {}

  static Map<String, Field> of(ClusterObject object) {
    ObjectFields result = new ObjectFields();
    switch (object) {
      case Service service -> result.add(service);
      case EndpointSlice slice -> result.add(slice);
      case Node node -> result.add(node);
    }
    return result.fields;
  }

  private void add(Service service) {
    scalar("type", service.type());
    values("clusterIPs", service.clusterIps());
    keyed("ports", service.ports(), ObjectFields::name, ObjectFields::fields, ObjectFields::text);
    values("externalIPs", service.externalIps());
    keyed(
        "loadBalancer",
        service.loadBalancerAddresses(),
        address -> address.ip().toString(),
        address -> Map.of("ipMode", address.ipMode().toString()),
        ObjectFields::text);
    values("loadBalancerSourceRanges", service.loadBalancerSourceRanges());
    scalar("internalTrafficPolicy", service.internalTrafficPolicy());
    scalar("externalTrafficPolicy", service.externalTrafficPolicy());
    scalar(
        "sessionAffinity",
        service.sessionAffinity().map(a -> "ClientIP " + a.timeoutSeconds() + "s").orElse("None"));
    number("healthCheckNodePort", service.healthCheckNodePort());
    scalar("service-proxy-name", service.proxyName());
  }

  private static String name(ServicePort port) {
    // of the ports of a Service at most one has no name
    return port.name().isEmpty() ? port.port() + "/" + port.protocol() : port.name();
  }

  private static Map<String, String> fields(ServicePort port) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("port", Integer.toString(port.port()));
    fields.put("protocol", port.protocol().toString());
    fields.put("nodePort", port.nodePort() == 0 ? "" : Integer.toString(port.nodePort()));
    return fields;
  }

  private static String text(ServicePort port) {
    return (port.name().isEmpty() ? "" : port.name() + "=")
        + port.port()
        + "/"
        + port.protocol()
        + (port.nodePort() == 0 ? "" : ",nodePort=" + port.nodePort());
  }

  private static String text(LoadBalancerAddress address) {
    return address.ip() + (address.ipMode() == IpMode.VIP ? "" : "(" + address.ipMode() + ")");
  }

  private void add(EndpointSlice slice) {
    scalar("service", slice.serviceName().map(Object::toString).orElse(""));
    scalar("addressType", slice.addressType());
    keyed(
        "ports",
        slice.ports(),
        port -> port.name().isEmpty() ? "" + port.protocol() : port.name(),
        port -> Map.of("port", "" + port.port(), "protocol", port.protocol().toString()),
        ObjectFields::text);
    keyed(
        "endpoints",
        slice.endpoints(),
        endpoint -> endpoint.address().toString(),
        ObjectFields::fields,
        ObjectFields::text);
    flag("headless", slice.headless());
    scalar("service-proxy-name", slice.proxyName());
  }

  private static String text(EndpointPort port) {
    return (port.name().isEmpty() ? "" : port.name() + "=") + port.port() + "/" + port.protocol();
  }

  private static Map<String, String> fields(Endpoint endpoint) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ready", Boolean.toString(endpoint.ready()));
    fields.put("serving", Boolean.toString(endpoint.serving()));
    fields.put("terminating", Boolean.toString(endpoint.terminating()));
    fields.put("nodeName", endpoint.nodeName());
    fields.put("hints.forZones", String.join(",", endpoint.hintZones()));
    fields.put("hints.forNodes", String.join(",", endpoint.hintNodes()));
    return fields;
  }

  /** The address; and its state, unless it is the usual one. */
  private static String text(Endpoint endpoint) {
    String state =
        (endpoint.ready() ? "" : "not ready")
            + (endpoint.terminating() ? (endpoint.ready() ? "" : ", ") + "terminating" : "");
    return endpoint.address() + (state.isEmpty() ? "" : "(" + state + ")");
  }

  private void add(Node node) {
    values("addresses", node.addresses().stream().map(a -> a.type() + "=" + a.address()).toList());
    scalar("zone", node.zone());
    values("podCIDRs", node.podCidrs());
    flag("deleting", node.deleting());
    flag("beingScaledDown", node.beingScaledDown());
  }

  private void scalar(String path, Object value) {
    fields.put(path, new Field.Scalar(value.toString()));
  }

  private void number(String path, int value) {
    scalar(path, value == 0 ? "" : value);
  }

  private void flag(String path, boolean value) {
    scalar(path, value ? "true" : "");
  }

  private void values(String path, List<?> values) {
    fields.put(path, new Field.Values(values.stream().map(Object::toString).toList()));
  }

  private <E> void keyed(
      String path,
      List<E> elements,
      Function<E, String> key,
      Function<E, Map<String, String>> elementFields,
      Function<E, String> text) {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Integer> copies = new HashMap<>();
    for (E element : elements) {
      String name = key.apply(element);
      // the API allows an address twice
      int copy = copies.merge(name, 1, Integer::sum);
      String unique = copy == 1 ? name : name + "#" + copy;
      all.put(unique, elementFields.apply(element));
      texts.put(unique, text.apply(element));
    }
    fields.put(path, new Field.Keyed(all, texts));
  }
}
