/**
 * How long a change takes from the writer to many readers of the log: pollers that speak Kafka's
 * protocol, all of them on one thread.
 *
 * <p>{@code FetchCalls}, {@code Arrivals} and the table are pure. {@code Pollers} has a thread of
 * its own, and everything else belongs to the caller's.
 */
@NullMarked
package dev.sluice.local.bench.log.fanout;

import org.jspecify.annotations.NullMarked;
