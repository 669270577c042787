/** Tests of {@code bench.log.fanout}. */
@NullMarked
package dev.sluice.local.bench.log.fanout;

import org.jspecify.annotations.NullMarked;
