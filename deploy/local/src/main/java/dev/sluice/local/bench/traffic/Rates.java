package dev.sluice.local.bench.traffic;

import dev.sluice.local.bench.report.TextTable;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What rounds of {@code ab} came to.
 *
 * @param median requests a second; none where it gave up in most rounds
 * @param failed requests, in all rounds
 */
public record Rates(OptionalDouble median, int failed) {
  /** Those of some rounds, one or more. */
  public static Rates of(List<ApacheBench.Outcome> rounds) {
    double[] rates = rounds.stream().mapToDouble(r -> r.rate().orElse(0)).sorted().toArray();
    double median = rates[rates.length / 2];
    return new Rates(
        median > 0 ? OptionalDouble.of(median) : OptionalDouble.empty(),
        rounds.stream().mapToInt(ApacheBench.Outcome::failed).sum());
  }

  /** The median as tables have it. */
  public String text() {
    return median.isPresent() ? TextTable.format("%.0f", median.getAsDouble()) : TextTable.NONE;
  }
}
