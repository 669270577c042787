/**
 * Connections that the kernel tracks and that must not go on by rules of before: which they are
 * (pure), and their removal; and the limits of connection tracking. The removal runs on the
 * applier's worker thread.
 */
@NullMarked
package dev.sluice.applier.conntrack;

import org.jspecify.annotations.NullMarked;
