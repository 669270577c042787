/**
 * The command line of the watcher: wires it up, serves health and metrics, ends it by a signal.
 * Runs on the main thread.
 */
@NullMarked
package dev.sluice.watcher.cli;

import org.jspecify.annotations.NullMarked;
