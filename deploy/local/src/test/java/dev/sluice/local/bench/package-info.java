/** Tests that the benchmarks run and measure what they say. */
@NullMarked
package dev.sluice.local.bench;

import org.jspecify.annotations.NullMarked;
