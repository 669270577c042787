/**
 * The objects on the log: what a Service proxy reads of Kubernetes' Services, EndpointSlices and
 * Nodes.
 *
 * <p>Every type checks itself when it is built and is immutable afterwards, so whoever holds one
 * need not check again. Knows nothing of Kafka, Vert.x or the Kubernetes client. Any thread.
 */
@NullMarked
package dev.sluice.events.model;

import org.jspecify.annotations.NullMarked;
