/**
 * What iptables rules do to a packet: walks them as the kernel would, without a kernel. Pure; any
 * thread.
 */
@NullMarked
package dev.sluice.applier.iptables.trace;

import org.jspecify.annotations.NullMarked;
