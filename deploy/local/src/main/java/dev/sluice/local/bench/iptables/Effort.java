package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.traffic.ApacheBench;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param changes of an endpoint, fewer where they take long
 * @param connects to each address
 * @param ab connections of {@code ab} at a time
 * @param rounds of {@code ab}
 * @param loadLimit after which loading is given up
 */
record Effort(int changes, int connects, ApacheBench ab, int rounds, Duration loadLimit) {}
