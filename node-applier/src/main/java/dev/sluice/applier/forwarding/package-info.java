/**
 * What this node must forward: a pure function of the cluster's image and the node. Knows no kernel
 * interface; any thread.
 */
@NullMarked
package dev.sluice.applier.forwarding;

import org.jspecify.annotations.NullMarked;
