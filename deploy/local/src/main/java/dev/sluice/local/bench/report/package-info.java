/**
 * What benches tell of their results and of the machine: tables, plots, lines. Pure but for files.
 */
@NullMarked
package dev.sluice.local.bench.report;

import org.jspecify.annotations.NullMarked;
