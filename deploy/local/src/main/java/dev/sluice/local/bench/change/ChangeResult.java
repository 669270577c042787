package dev.sluice.local.bench.change;

import java.util.Locale;

/**
 * What one kind of change takes at one size.
 *
 * @param median of the times of one change, in microseconds
 * @param p99 of them, in microseconds
 * @param allocated bytes for one change
 */
record ChangeResult(ChangeKind kind, int services, double median, double p99, double allocated) {
  /** What stands above the lines that {@link #toString} gives. */
  static final String HEADING =
      """
      One change, from the record's bytes to the script for the restore tool, both families; nothing of the kernel.
      Every Service has 20 endpoints of each family, one of them 1,000.

      change                       services   p50 ms   p99 ms   allocated KiB""";

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-27s %9d %8.3f %8.3f %15.1f",
        kind.title(),
        services,
        median / 1000,
        p99 / 1000,
        allocated / 1024);
  }
}
