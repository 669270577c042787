/**
 * Netlink as such: messages as bytes, and sockets that carry them. What the messages mean is for
 * the packages that use it. Knows nothing of Services; only {@link
 * dev.sluice.applier.netlink.SocketDescriptor} reaches the kernel.
 */
@NullMarked
package dev.sluice.applier.netlink;

import org.jspecify.annotations.NullMarked;
