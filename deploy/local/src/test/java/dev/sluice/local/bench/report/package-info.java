/** Tests of what benches tell. */
@NullMarked
package dev.sluice.local.bench.report;

import org.jspecify.annotations.NullMarked;
