/**
 * IPVS mode measured: all of a cluster into an empty kernel, beside ipvsadm, and one change from
 * the log's record to the kernel's acknowledgement.
 *
 * <p>May know the applier's IPVS back end, which works here in network namespaces of their own; the
 * kernel must have IPVS. One thread.
 */
@NullMarked
package dev.sluice.local.bench.ipvs;

import org.jspecify.annotations.NullMarked;
