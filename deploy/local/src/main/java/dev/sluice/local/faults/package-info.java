/**
 * What an applier makes of faults: killed at any moment, cut off from Kafka, given more than it can
 * write. Real processes, a real broker, a real kernel; connections through the node are open all
 * along.
 *
 * <p>May know the log, the lab, the programs and the applier's back ends, by which it compares the
 * kernel with the log. Each class says which threads it is for.
 */
@NullMarked
package dev.sluice.local.faults;

import org.jspecify.annotations.NullMarked;
