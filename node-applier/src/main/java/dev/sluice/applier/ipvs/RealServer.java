package dev.sluice.applier.ipvs;

import dev.sluice.events.model.IpAddress;
import java.util.Comparator;

/**
 * Where a virtual server sends packets, by masquerading.
 *
 * @param port 1 to 65535
 */
public record RealServer(IpAddress address, int port) implements Comparable<RealServer> {
  private static final Comparator<RealServer> ORDER =
      Comparator.comparing(RealServer::address).thenComparingInt(RealServer::port);

  @Override
  public int compareTo(RealServer other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return address.withPort(port);
  }
}
