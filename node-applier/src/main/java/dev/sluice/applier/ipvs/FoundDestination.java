package dev.sluice.applier.ipvs;

/**
 * A destination as the kernel has it.
 *
 * @param weight 0: gets no new connections
 * @param active connections that are open
 * @param inactive connections that are about to end
 */
public record FoundDestination(RealServer server, int weight, long active, long inactive) {}
