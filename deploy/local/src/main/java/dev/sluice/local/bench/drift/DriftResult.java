package dev.sluice.local.bench.drift;

import dev.sluice.local.bench.Durations;

/**
 * What one mode and size came to; all durations but the canary's are of several checks.
 *
 * @param begin on the thread that writes
 * @param reading of all parts, on another thread
 * @param longest part
 * @param settle on the thread that writes, where nothing differs
 * @param repair of one object, on the thread that writes
 * @param canary once
 */
record DriftResult(
    DriftMode mode,
    int services,
    Durations begin,
    Durations reading,
    Durations longest,
    Durations settle,
    Durations repair,
    Durations canary) {}
