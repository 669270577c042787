/**
 * What load balancers are told of a Service on this node: the answers (pure), and the servers that
 * give them, on the applier's context.
 */
@NullMarked
package dev.sluice.applier.health;

import org.jspecify.annotations.NullMarked;
