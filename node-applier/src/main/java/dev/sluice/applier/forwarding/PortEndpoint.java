package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.ExplainedSlice.LeftOut;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

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
      if (leftOut(slice, portName, protocol, family).isPresent()) {
        continue;
      }
      for (EndpointPort port : slice.ports()) {
        if (serves(port, portName, protocol)) {
          slice.endpoints().forEach(e -> result.add(new PortEndpoint(e, port.port())));
        }
      }
    }
    return result;
  }

  /** Why a slice gives no endpoint to a Service port; empty where it may. */
  static Optional<LeftOut> leftOut(
      EndpointSlice slice, String portName, Protocol protocol, IpFamily family) {
    if (slice.addressType() != family) {
      return Optional.of(LeftOut.OTHER_FAMILY);
    }
    if (slice.headless()) {
      return Optional.of(LeftOut.HEADLESS);
    }
    if (!slice.proxyName().isEmpty()) {
      return Optional.of(LeftOut.OTHER_PROXY);
    }
    for (EndpointPort port : slice.ports()) {
      if (serves(port, portName, protocol)) {
        return Optional.empty();
      }
    }
    return Optional.of(LeftOut.NO_SUCH_PORT);
  }

  private static boolean serves(EndpointPort port, String name, Protocol protocol) {
    return port.name().equals(name) && port.protocol() == protocol;
  }
}
