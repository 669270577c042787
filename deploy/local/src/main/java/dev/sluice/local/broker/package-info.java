/**
 * A real Kafka broker as a child process, for tests, the quickstart and the benchmarks.
 *
 * <p>The broker has a class path and a JVM of its own; this package only starts, watches and ends
 * it. Blocking: not for an event loop.
 */
@NullMarked
package dev.sluice.local.broker;

import org.jspecify.annotations.NullMarked;
