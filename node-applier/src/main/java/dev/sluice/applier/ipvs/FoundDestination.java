package dev.sluice.applier.ipvs;

/**
 * A destination as the kernel has it.
 *
 * @param weight 0: gets no new connections
 * @param active connections that are open
 * @param inactive connections that are about to end
 * @param plain false where another program set what can't be said here: forwarding otherwise than
 *     by masquerading, or limits; setting it anew ends that
 */
public record FoundDestination(
    RealServer server, int weight, long active, long inactive, boolean plain) {
  /** One that is forwarded to as ours are. */
  public FoundDestination(RealServer server, int weight, long active, long inactive) {
    this(server, weight, active, inactive, true);
  }
}
