package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.util.Comparator;

/**
 * What a port of a Service is called.
 *
 * @param port the port's name; empty where it has none
 */
public record ServicePortName(ServiceName service, String port, Protocol protocol)
    implements Comparable<ServicePortName> {
  private static final Comparator<ServicePortName> ORDER =
      Comparator.comparing(ServicePortName::service)
          .thenComparing(ServicePortName::port)
          .thenComparing(ServicePortName::protocol);

  @Override
  public int compareTo(ServicePortName other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name}, or {@code namespace/name:port} where the port has a name. */
  @Override
  public String toString() {
    return port.isEmpty() ? service.toString() : service + ":" + port;
  }
}
