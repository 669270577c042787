package dev.sluice.local.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.bench.traffic.ApacheBench.Outcome;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ApacheBenchTest {
  private final ApacheBench ab = new ApacheBench(10_000, 1000);

  @Test
  void aReportGivesRateAndFailures() {
    String report =
        """
        Concurrency Level:      1000
        Time taken for tests:   1.532 seconds
        Complete requests:      9990
        Failed requests:        7
           (Connect: 0, Receive: 3, Length: 2, Exceptions: 2)
        Non-2xx responses:      1
        Total transferred:      880000 bytes
        Requests per second:    6527.73 [#/sec] (mean)
        """;

    assertThat(ab.outcome(report)).isEqualTo(new Outcome(OptionalDouble.of(6527.73), 18));
  }

  @Test
  void whereItGaveUpEveryRequestHasFailed() {
    assertThat(ab.outcome("")).isEqualTo(new Outcome(OptionalDouble.empty(), 10_000));
  }

  @Test
  void roundsGiveTheirMedianAndAllFailures() {
    Rates rates =
        Rates.of(
            List.of(
                new Outcome(OptionalDouble.of(5000), 0),
                new Outcome(OptionalDouble.empty(), 10_000),
                new Outcome(OptionalDouble.of(4000), 2)));

    assertThat(rates).isEqualTo(new Rates(OptionalDouble.of(4000), 10_002));
  }
}
