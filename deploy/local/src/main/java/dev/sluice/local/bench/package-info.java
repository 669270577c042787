/**
 * How fast Sluice is, measured from outside on one machine: real broker, real applier process, real
 * packets.
 *
 * <p>May know the log's writer and the lab, not the applier's insides. One thread.
 */
@NullMarked
package dev.sluice.local.bench;

import org.jspecify.annotations.NullMarked;
