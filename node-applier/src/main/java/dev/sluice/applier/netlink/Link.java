package dev.sluice.applier.netlink;

/**
 * A network interface.
 *
 * @param index the kernel's number for it
 * @param kind what made it, such as {@code dummy}; empty for real devices and loopback
 * @param up whether it is switched on
 */
public record Link(int index, String name, String kind, boolean up) {}
