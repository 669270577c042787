/**
 * The child process of {@code dev.sluice.local.broker.EmbeddedBroker}: a Kafka broker that formats
 * its own storage and ends with its parent.
 *
 * <p>Runs on a class path of its own, together with the broker's libraries and nothing of Sluice.
 * The main thread starts the broker; a daemon thread waits for the parent's end.
 */
@NullMarked
package dev.sluice.broker;

import org.jspecify.annotations.NullMarked;
