package dev.sluice.applier.ipvs;

import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import java.util.Map;
import java.util.Set;

/**
 * What a kernel holds of ours in one family. Immutable.
 *
 * @param program virtual servers have the destinations that get new connections
 * @param idle the others that a virtual server has: those that get none, and those of a weight that
 *     is not ours
 * @param addresses of both families, of the interfaces but for the device with Services' addresses
 */
public record Found(
    Program<IpvsKey, IpvsObject> program,
    Map<ServerKey, Set<RealServer>> idle,
    Set<IpAddress> addresses) {
  public Found {
    idle = Map.copyOf(idle);
    addresses = Set.copyOf(addresses);
  }
}
