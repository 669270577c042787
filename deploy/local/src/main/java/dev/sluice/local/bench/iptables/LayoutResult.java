package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Rates;
import java.time.Duration;
import java.util.Map;

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
}
