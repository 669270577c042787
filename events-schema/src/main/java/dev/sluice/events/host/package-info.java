/**
 * What the programs share in order to run as processes: the command line, the health and metrics
 * servers, the end by a signal. Knows Vert.x, picocli and Micrometer, and of the log only how it is
 * reached.
 *
 * <p>Command lines run on the main thread, servers on a Vert.x event loop, the end by a signal on
 * the JVM's shutdown thread.
 */
@NullMarked
package dev.sluice.events.host;

import org.jspecify.annotations.NullMarked;
