package dev.sluice.local.bench.log.path;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.Durations;

/**
 * What one variant came to with one rate.
 *
 * @param rate changes a second, as asked for
 * @param sent changes a second that the API server has sent
 * @param changes how many they were
 * @param transactions in which the watcher has written them
 * @param writes to the kernel in which the applier has brought them there
 * @param whole from sending the watch event to the kernel's commit
 * @param toLog of it, until the transaction was committed
 * @param toKernel of it, the rest
 */
public record PathResult(
    Variant variant,
    int rate,
    double sent,
    int changes,
    int transactions,
    int writes,
    Durations whole,
    Durations toLog,
    Durations toKernel) {}
