package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpAddress;

/**
 * One end of a flow.
 *
 * @param port 0 to 65535
 */
public record AddressPort(IpAddress address, int port) {
  /** {@code ip:port}, or {@code [ip]:port} for IPv6. */
  @Override
  public String toString() {
    return address.withPort(port);
  }
}
