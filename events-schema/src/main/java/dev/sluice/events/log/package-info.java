/**
 * The log on Kafka: names and settings of its topics, readers and the writer. The only package that
 * knows Kafka; what records mean is the event package's.
 *
 * <p>Everything is asynchronous: calls return at once, and results and callbacks come on the Vert.x
 * context of the caller. What blocks (creating clients, transactions) runs on Vert.x's worker
 * threads, polling on a thread of each reader.
 */
@NullMarked
package dev.sluice.events.log;

import org.jspecify.annotations.NullMarked;
