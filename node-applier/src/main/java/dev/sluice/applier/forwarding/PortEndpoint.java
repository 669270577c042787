package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An endpoint of a Service port, whatever its condition.
 *
 * @param port the port it listens on, 1 to 65535
 */
public record PortEndpoint(Endpoint endpoint, int port) {
  /**
   * The endpoints of a Service port, in the slices' order. Slices of headless Services and of other
   * proxies do not count; ports match by name and protocol.
   *
   * @param slices the Service's
   * @param portName the Service port's name; empty where it has none
   */
  public static List<PortEndpoint> of(
      Collection<EndpointSlice> slices, String portName, Protocol protocol, IpFamily family) {
    List<PortEndpoint> result = new ArrayList<>();
    for (EndpointSlice slice : slices) {
      if (slice.addressType() != family || slice.headless() || !slice.proxyName().isEmpty()) {
        continue;
      }
      for (EndpointPort port : slice.ports()) {
        if (port.name().equals(portName) && port.protocol() == protocol) {
          slice.endpoints().forEach(e -> result.add(new PortEndpoint(e, port.port())));
        }
      }
    }
    return result;
  }
}
