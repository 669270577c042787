package dev.sluice.local.bench.traffic;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.TextTable;
import java.util.Optional;

/**
 * What connecting to one address took.
 *
 * @param nanos of those that succeeded; none where none did
 * @param failed how many did not
 */
public record ConnectTimes(Optional<Durations> nanos, int failed) {
  /** Median and p99 in microseconds, as tables have them. */
  public String text() {
    return nanos.map(times -> micros(times, 50) + "/" + micros(times, 99)).orElse(TextTable.NONE);
  }

  private static String micros(Durations nanos, int percent) {
    return TextTable.format("%.0f", nanos.percentile(percent) * 1000);
  }
}
