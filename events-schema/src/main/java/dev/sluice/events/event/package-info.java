/**
 * What happens on the log: changes with their revision and cause, and how they are written as
 * records. Pure; any thread. Knows Kafka's record headers only as names and texts.
 */
@NullMarked
package dev.sluice.events.event;

import org.jspecify.annotations.NullMarked;
