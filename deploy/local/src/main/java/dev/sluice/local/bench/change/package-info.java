/**
 * What the applier computes for a change, measured by JMH: from the record's bytes to the text for
 * the restore tool, all that comes before the kernel.
 *
 * <p>May know the pure parts of events-schema and node-applier. The measured classes are run in
 * JVMs of their own, with the applier's options.
 */
@NullMarked
package dev.sluice.local.bench.change;

import org.jspecify.annotations.NullMarked;
