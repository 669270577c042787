/** Tests of {@code bench.log.start}. */
@NullMarked
package dev.sluice.local.bench.log.start;

import org.jspecify.annotations.NullMarked;
