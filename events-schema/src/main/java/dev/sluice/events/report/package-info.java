/**
 * What nodes report: what their kernels have, by what settings, and how they are; how reports are
 * written as records; and what follows from all of them together. Pure; knows no Kafka and no
 * clock.
 */
@NullMarked
package dev.sluice.events.report;

import org.jspecify.annotations.NullMarked;
