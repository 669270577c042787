package dev.sluice.local.bench.modes;

import dev.sluice.local.bench.traffic.ApacheBench;

/**
 * How much is measured.
 *
 * @param connects to each address
 * @param ab connections of {@code ab} at a time
 * @param rounds of {@code ab}
 */
record ModesEffort(int connects, ApacheBench ab, int rounds) {}
