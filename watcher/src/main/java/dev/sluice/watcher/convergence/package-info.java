/**
 * How far the nodes have come, for those who ask over HTTP: follows the log and the nodes' reports
 * by itself, whether this watcher publishes or stands by. {@code Question} and {@code Goal} are
 * pure; {@code ConvergenceApi} works on one Vert.x context of its own.
 */
@NullMarked
package dev.sluice.watcher.convergence;

import org.jspecify.annotations.NullMarked;
