/**
 * The conformance suite: what a Service proxy must do, row by row, and the tests that show it.
 * Tests of every package say by {@link dev.sluice.local.conformance.Conformance} which rows they
 * are cases of, and by {@link dev.sluice.local.conformance.EveryFlavour} that they run for each
 * back end and address family.
 */
@NullMarked
package dev.sluice.local.conformance;

import org.jspecify.annotations.NullMarked;
