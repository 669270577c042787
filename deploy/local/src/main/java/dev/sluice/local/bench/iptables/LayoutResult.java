package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a case came to.
 *
 * @param rules how many rules it has
 */
record LayoutResult(LayoutCase what, int rules, Outcome outcome) {
  /** What came of loading. */
  sealed interface Outcome {}

  /** It was loaded, and measured. */
  record Measured(
      Durations loads,
      Durations changes,
      Map<Target, ConnectTimes> connects,
      Rates direct,
      Rates service)
      implements Outcome {
    Measured {
      connects = Map.copyOf(connects);
    }
  }

  /** Loading was given up after so long. */
  record TooSlow(Duration limit) implements Outcome {}

  /** A smaller one was too slow. */
  record NotTried() implements Outcome {}

  /** Where connections go. */
  enum Target {
    /** An endpoint, through a node with the same layout and no Services. */
    DIRECT,
    /** An endpoint, through the node with the Services. */
    OTHER,
    /** The first Service in the order of addresses. */
    FIRST,
    MIDDLE,
    LAST
  }

  /**
   * What rounds of {@code ab} came to.
   *
   * @param median requests a second; none where it gave up in most rounds
   * @param failed requests, in all rounds
   */
  record Rates(OptionalDouble median, int failed) {
    static Rates of(List<ApacheBench.Outcome> rounds) {
      double[] rates = rounds.stream().mapToDouble(r -> r.rate().orElse(0)).sorted().toArray();
      double median = rates[rates.length / 2];
      return new Rates(
          median > 0 ? OptionalDouble.of(median) : OptionalDouble.empty(),
          rounds.stream().mapToInt(ApacheBench.Outcome::failed).sum());
    }
  }
}
