package dev.sluice.local.bench.modes;

import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Rates;
import java.util.Optional;

/**
 * What one mode came to at one size.
 *
 * @param middle to the Service in the middle of the order of addresses; none where connections go
 *     to no Service
 * @param last to the last one, or to an endpoint
 * @param ab to the same as {@code last}
 */
record ModeResult(
    int services, Mode mode, Optional<ConnectTimes> middle, ConnectTimes last, Rates ab) {}
