/**
 * The log as the way from the API server into the nodes' kernels: what a change takes on it, what a
 * node takes to start from it, and what it takes to feed many nodes. One thread.
 */
@NullMarked
package dev.sluice.local.bench.log;

import org.jspecify.annotations.NullMarked;
