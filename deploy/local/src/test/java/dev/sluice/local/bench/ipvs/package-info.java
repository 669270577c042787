/** Tests of what ipvsadm reads, of what is told of IPVS, and that the bench runs. */
@NullMarked
package dev.sluice.local.bench.ipvs;

import org.jspecify.annotations.NullMarked;
