package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.util.Locale;

/**
 * What one variant came to with one size of cluster.
 *
 * @param loadSeconds from the applier's start to a kernel with the whole cluster
 * @param changes from the broker's acknowledgement to the first packet that goes the new way
 * @param restore the restore tool alone, with the same chain, between the changes
 * @param syncMillis mean of what the applier's worker took for a change, the tool included
 */
record LatencyResult(
    Variant variant,
    int services,
    int endpoints,
    double loadSeconds,
    Durations changes,
    Durations restore,
    double syncMillis) {
  /** What stands above the lines that {@link #toString} gives. */
  static String heading(int changes) {
    return """
    %d changes of one EndpointSlice each. Times in ms, but load: from the applier's start to the whole cluster.
    change: from the broker's acknowledgement to the first packet that goes the new way
    tool:   iptables-restore alone with the same chain, from its start to the first packet that goes the new way
    worker: the applier's, for IPv4: forwarding, compiling, and that tool to its end, which is after the commit

                                     |-------- change --------|  |---- tool ----|  change
    variant  services  endpoints  load s    p50   p90   p99   max     p50   p90   p99  - tool  worker"""
        .formatted(changes);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-8s %8d %10d %7.1f %6.1f %5.1f %5.1f %5.1f  %6.1f %5.1f %5.1f %7.1f %7.1f",
        variant,
        services,
        services * endpoints,
        loadSeconds,
        changes.percentile(50),
        changes.percentile(90),
        changes.percentile(99),
        changes.max(),
        restore.percentile(50),
        restore.percentile(90),
        restore.percentile(99),
        changes.percentile(50) - restore.percentile(50),
        syncMillis);
  }
}
