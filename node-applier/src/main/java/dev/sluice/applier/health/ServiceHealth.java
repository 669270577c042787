package dev.sluice.applier.health;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.PortEndpoint;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What load balancers are told of a Service on this node. Pure.
 *
 * @param port where they ask, 1 to 65535
 * @param localEndpoints how many endpoints of this node are ready
 */
public record ServiceHealth(ServiceName service, int port, int localEndpoints) {
  /**
   * The health of a Service.
   *
   * @param servers the Service's virtual servers; none if it is gone
   * @param slices the Service's slices
   * @return empty: nobody asks for it
   */
  public static Optional<ServiceHealth> of(
      ServiceName service,
      List<VirtualServer> servers,
      Collection<EndpointSlice> slices,
      String nodeName) {
    return servers.stream()
        .map(VirtualServer::frontEnd)
        .filter(FrontEnd.HealthCheckNodePort.class::isInstance)
        .map(FrontEnd::port)
        .findFirst()
        .map(port -> new ServiceHealth(service, port, localEndpoints(servers, slices, nodeName)));
  }

  /**
   * Endpoints count by address, however many ports they serve. A pod of a dual-stack Service has an
   * address of each family and is one endpoint, so the family that has more of them counts.
   * Endpoints that only drain do not: load balancers shall leave them.
   */
  private static int localEndpoints(
      List<VirtualServer> servers, Collection<EndpointSlice> slices, String nodeName) {
    Map<IpFamily, Set<IpAddress>> ready = new EnumMap<>(IpFamily.class);
    for (VirtualServer server : servers) {
      if (server.frontEnd() instanceof FrontEnd.ClusterIp) {
        ServicePortName port = server.name();
        PortEndpoint.of(slices, port.port(), port.protocol(), server.family()).stream()
            .map(PortEndpoint::endpoint)
            .filter(endpoint -> endpoint.ready() && endpoint.nodeName().equals(nodeName))
            .map(Endpoint::address)
            .forEach(ready.computeIfAbsent(server.family(), _ -> new HashSet<>())::add);
      }
    }
    return ready.values().stream().mapToInt(Set::size).max().orElse(0);
  }
}
