package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpFamily;

/**
 * An entry of the kernel's connection tracking.
 *
 * @param protocol as in {@code include/uapi/linux/in.h}
 * @param original what the first packet said
 * @param reply what an answer says: its source is who really serves the flow
 * @param zone of both directions; 0 by default
 * @param id tells the entry from a later one of the same tuple
 */
public record Flow(int protocol, Tuple original, Tuple reply, int zone, int id) {
  /**
   * One direction.
   *
   * @param zone of this direction alone; 0 by default
   */
  public record Tuple(AddressPort source, AddressPort destination, int zone) {}

  IpFamily family() {
    return original.destination().address().family();
  }

  /** Whether the packets go where they were sent to. */
  boolean goesWhereItWasSent() {
    return reply.source().equals(original.destination());
  }

  /** Whether both directions are in the zone that is used where no rule sets another. */
  boolean inDefaultZone() {
    return zone == 0 && original.zone() == 0 && reply.zone() == 0;
  }
}
