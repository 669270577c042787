/**
 * What short connections to a Service take in each mode, by the number of Services.
 *
 * <p>May know what loads each mode's rules, and who connects. The kernel must have IPVS. One
 * thread.
 */
@NullMarked
package dev.sluice.local.bench.modes;

import org.jspecify.annotations.NullMarked;
