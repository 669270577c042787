package dev.sluice.local.bench.ipvs;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param loads of all, fewer where they take long
 * @param changes of an endpoint
 * @param loadLimit for one load
 */
record IpvsEffort(int loads, int changes, Duration loadLimit) {}
