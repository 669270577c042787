/**
 * The whole system on one machine: what the tests, the quickstart and the benchmarks stand on.
 *
 * <p>May know every other module; no other module may know it. Any thread.
 */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
