package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.Pace;
import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param pollers how many poll at a time, each 1 to 5,000
 * @param rates changes a second
 * @param period how long each number of pollers is measured with each rate; for at least 20 changes
 */
public record FanOutEffort(List<Integer> pollers, List<Integer> rates, Duration period) {
  private static final int LEAST = 20;
  private static final int MOST_POLLERS = 5000;

  /**
   * @throws IllegalArgumentException if nothing is to be measured, or too much
   */
  public FanOutEffort {
    pollers = List.copyOf(pollers);
    rates = List.copyOf(rates);
    if (pollers.stream().anyMatch(number -> number < 1 || number > MOST_POLLERS)) {
      throw new IllegalArgumentException("pollers: 1 to %d are possible".formatted(MOST_POLLERS));
    }
    if (rates.stream().anyMatch(rate -> rate < 1) || period.toSeconds() < 1) {
      throw new IllegalArgumentException("1 or more changes a second for 1 s or longer");
    }
  }

  Pace pace(int rate) {
    return Pace.of(rate, period, LEAST);
  }
}
