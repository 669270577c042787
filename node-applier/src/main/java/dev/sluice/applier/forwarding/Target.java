package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpAddress;

/**
 * Where a packet is sent.
 *
 * @param port 1 to 65535
 * @param masqueraded whether it seems to come from the node
 */
public record Target(IpAddress address, int port, boolean masqueraded) {}
