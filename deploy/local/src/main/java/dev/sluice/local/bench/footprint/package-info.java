/**
 * What the programs hold of memory, and how long an applier takes to start: real broker, real
 * processes, started by deploy/bin.
 *
 * <p>May know what the other benches are made of, not the programs' insides. One thread.
 */
@NullMarked
package dev.sluice.local.bench.footprint;

import org.jspecify.annotations.NullMarked;
