/** Tests of {@code bench.log}. */
@NullMarked
package dev.sluice.local.bench.log;

import org.jspecify.annotations.NullMarked;
