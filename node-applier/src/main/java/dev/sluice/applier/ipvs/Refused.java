package dev.sluice.applier.ipvs;

import dev.sluice.applier.netlink.NetlinkException;

/** An operation that the kernel refused, which changed nothing. */
public record Refused(Operation operation, NetlinkException reason) {}
