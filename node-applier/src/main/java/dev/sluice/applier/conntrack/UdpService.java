package dev.sluice.applier.conntrack;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.sluice.applier.forwarding.PortEndpoint;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a Service matters to UDP flows: its front ends, and who may go on serving those who spoke
 * to them. That is more than who gets new flows: an endpoint that terminates or is not near keeps
 * its flows as long as it serves. Pure.
 */
record UdpService(Map<UdpFrontEnd, Set<AddressPort>> serving) {
  static final UdpService NONE = new UdpService(Map.of());

  UdpService {
    serving = Map.copyOf(serving);
  }

  /**
   * @param servers the Service's virtual servers, of any protocol; none if it is gone
   * @param slices the Service's slices
   */
  static UdpService of(List<VirtualServer> servers, Collection<EndpointSlice> slices) {
    Map<UdpFrontEnd, Set<AddressPort>> serving = new HashMap<>();
    for (VirtualServer server : servers) {
      if (server.name().protocol() == Protocol.UDP) {
        serving.put(
            UdpFrontEnd.of(server.family(), server.frontEnd()),
            serving(slices, server.name(), server.family()));
      }
    }
    return serving.isEmpty() ? NONE : new UdpService(serving);
  }

  private static Set<AddressPort> serving(
      Collection<EndpointSlice> slices, ServicePortName name, IpFamily family) {
    return PortEndpoint.of(slices, name.port(), name.protocol(), family).stream()
        // ready without serving: the Service publishes addresses that aren't ready
        .filter(one -> one.endpoint().serving() || one.endpoint().ready())
        .map(one -> new AddressPort(one.endpoint().address(), one.port()))
        .collect(toUnmodifiableSet());
  }
}
