package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpAddress;
import java.util.Comparator;

/**
 * Where a connection may be sent.
 *
 * @param port 1 to 65535
 * @param local whether it is on this node
 */
public record Destination(IpAddress address, int port, boolean local)
    implements Comparable<Destination> {
  private static final Comparator<Destination> ORDER =
      Comparator.comparing(Destination::address).thenComparingInt(Destination::port);

  @Override
  public int compareTo(Destination other) {
    return ORDER.compare(this, other);
  }

  /** {@code ip:port}, or {@code [ip]:port} for IPv6. */
  @Override
  public String toString() {
    return address.withPort(port);
  }
}
