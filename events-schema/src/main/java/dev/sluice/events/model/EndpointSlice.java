package dev.sluice.events.model;

import java.util.List;
import java.util.Optional;

/**
 * What a proxy reads of an EndpointSlice.
 *
 * @param serviceName the Service it belongs to; empty where the label is missing
 * @param headless whether the label {@code service.kubernetes.io/headless} is set
 * @param proxyName the label {@code service.kubernetes.io/service-proxy-name}; empty: none
 */
public record EndpointSlice(
    String namespace,
    String name,
    Optional<ServiceName> serviceName,
    IpFamily addressType,
    List<Endpoint> endpoints,
    List<EndpointPort> ports,
    boolean headless,
    String proxyName)
    implements ClusterObject {
  public EndpointSlice {
    Names.subdomain("namespace", namespace);
    Names.subdomain("name", name);
    Names.labelValue("service-proxy-name", proxyName);
    endpoints = List.copyOf(endpoints);
    ports = List.copyOf(ports);
    for (Endpoint endpoint : endpoints) {
      if (endpoint.address().family() != addressType) {
        throw new InvalidObjectException(
            "address " + endpoint.address() + " is not of the slice's type " + addressType);
      }
    }
  }

  @Override
  public ObjectKey key() {
    return ObjectKey.endpointSlice(namespace, name);
  }
}
