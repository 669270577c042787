package dev.sluice.local.bench;

import dev.sluice.local.bench.report.TextTable;
import java.util.Arrays;
import java.util.Collection;

/** Measured times, in nanoseconds. Pure. */
public final class Durations {
  private final long[] sorted;

  /** A copy is kept. */
  public Durations(long[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  /** Of one or more times. */
  public static Durations of(Collection<Long> nanos) {
    return new Durations(nanos.stream().mapToLong(Long::longValue).toArray());
  }

  /** The least time, in milliseconds, that {@code percent} of 100 did not exceed. */
  public double percentile(int percent) {
    int rank = (sorted.length * percent + 99) / 100;
    return sorted[Math.max(0, rank - 1)] / 1e6;
  }

  /** How many. */
  public int number() {
    return sorted.length;
  }

  /** The median and the 99th percentile in milliseconds, as tables have them. */
  public String text() {
    return "%s/%s".formatted(text(50), text(99));
  }

  private String text(int percent) {
    double millis = percentile(percent);
    return TextTable.format(millis < 10 ? "%.1f" : "%.0f", millis);
  }

  double max() {
    return sorted[sorted.length - 1] / 1e6;
  }
}
