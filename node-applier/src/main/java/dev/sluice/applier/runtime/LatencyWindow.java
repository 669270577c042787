package dev.sluice.applier.runtime;

import dev.sluice.events.report.Latencies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long the changes of the last ten minutes took, to within a minute. For one thread. */
final class LatencyWindow {
  static final Duration WINDOW = Duration.ofMinutes(10);
  private static final long MINUTE_SECONDS = 60;

  private final Deque<Minute> minutes = new ArrayDeque<>();

  private record Minute(long number, TreeMap<Long, Long> upToMillis) {}

  /** Counts a change that came into the kernel now. */
  void add(Duration latency, Instant now) {
    long number = minute(now);
    Minute last = minutes.peekLast();
    if (last == null || last.number() != number) {
      last = new Minute(number, new TreeMap<>());
      minutes.addLast(last);
    }
    last.upToMillis().merge(Latencies.limit(latency.toMillis()), 1L, Long::sum);
  }

  /** What they took. */
  Latencies at(Instant now) {
    long first = minute(now.minus(WINDOW));
    minutes.removeIf(minute -> minute.number() <= first);
    List<Latencies> all = new ArrayList<>();
    all.add(new Latencies(Map.of(), WINDOW.toSeconds()));
    minutes.forEach(minute -> all.add(new Latencies(minute.upToMillis(), 0)));
    return Latencies.sum(all);
  }

  private static long minute(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), MINUTE_SECONDS);
  }
}
