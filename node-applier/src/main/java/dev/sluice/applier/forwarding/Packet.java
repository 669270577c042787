package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.Optional;

/**
 * The first packet of a connection, as it reaches the node or leaves it.
 *
 * @param port the destination's, 1 to 65535
 * @param inInterface what it came in by; empty: the node itself sends it
 */
public record Packet(
    IpAddress source,
    IpAddress destination,
    int port,
    Protocol protocol,
    Optional<String> inInterface) {
  public Packet {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException(source + " can't reach " + destination);
    }
  }
}
