/**
 * Whether a node that has no rules yet can reach the log: Kafka at a Service's address, or at a
 * name that cluster DNS resolves, would need the very rules that are to come from it. Judgement is
 * pure; {@link dev.sluice.applier.bootstrap.BrokerLookup} reads files and asks.
 */
@NullMarked
package dev.sluice.applier.bootstrap;

import org.jspecify.annotations.NullMarked;
