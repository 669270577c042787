package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.Durations;
import java.util.Optional;

/**
 * What connecting to one address took.
 *
 * @param nanos of those that succeeded; none where none did
 * @param failed how many did not
 */
record ConnectTimes(Optional<Durations> nanos, int failed) {}
