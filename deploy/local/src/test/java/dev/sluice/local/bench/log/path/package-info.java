/** Tests of {@code bench.log.path}. */
@NullMarked
package dev.sluice.local.bench.log.path;

import org.jspecify.annotations.NullMarked;
