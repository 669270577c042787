/**
 * How long an applier takes from the start of its process to a kernel with the whole cluster.
 *
 * <p>Measured from outside: by its log's lines and its metrics. One thread.
 */
@NullMarked
package dev.sluice.local.bench.log.start;

import org.jspecify.annotations.NullMarked;
