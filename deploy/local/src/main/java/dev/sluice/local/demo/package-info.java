/**
 * Sluice on one machine, for people: a node, its pods, broker, watcher and applier, and a tour that
 * shows what they do and fails where it isn't so.
 *
 * <p>Sees the programs from outside only, through {@code run}. One thread.
 */
@NullMarked
package dev.sluice.local.demo;

import org.jspecify.annotations.NullMarked;
