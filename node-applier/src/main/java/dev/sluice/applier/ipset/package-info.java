/**
 * ipsets: what sets and elements are, the netlink messages about them, and the kernel that takes
 * them. Knows nothing of Services; only {@link dev.sluice.applier.ipset.IpsetKernel} has effects.
 */
@NullMarked
package dev.sluice.applier.ipset;

import org.jspecify.annotations.NullMarked;
