package dev.sluice.events.report;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long changes took from their event time to the kernel, as counts that can be added up over
 * nodes. Limits are 1, 2, 3, 4, 6, 8, 12, 16 … milliseconds, so a percentile is told to within half
 * of its value, and never as shorter than it was.
 *
 * @param upToMillis how many changes took at most so long, and longer than the limit before
 * @param windowSeconds how far back the changes reach
 */
public record Latencies(Map<Long, Long> upToMillis, long windowSeconds) {
  /** No changes. */
  public static final Latencies NONE = new Latencies(Map.of(), 0);

  public Latencies {
    upToMillis.forEach(
        (limit, count) -> {
          if (limit < 1 || count < 1) {
            throw new IllegalArgumentException(count + " changes within " + limit + " ms");
          }
        });
    upToMillis = Collections.unmodifiableMap(new TreeMap<>(upToMillis));
  }

  /** The limit under which a time is counted: the lowest that is not below it. */
  public static long limit(long millis) {
    long power = Math.max(1, Long.highestOneBit(Math.max(1, millis)));
    if (millis <= power) {
      return power;
    }
    // for 1 there is nothing in between
    long between = power + power / 2;
    return power > 1 && millis <= between ? between : 2 * power;
  }

  /** The changes of all. */
  public static Latencies sum(Collection<Latencies> all) {
    TreeMap<Long, Long> counts = new TreeMap<>();
    long window = 0;
    for (Latencies each : all) {
      each.upToMillis.forEach((limit, count) -> counts.merge(limit, count, Long::sum));
      window = Math.max(window, each.windowSeconds);
    }
    return new Latencies(counts, window);
  }

  /** How many changes. */
  public long count() {
    return upToMillis.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The limit within which that part of the changes stayed.
   *
   * @param part 0 to 1
   * @return milliseconds; empty where there was no change
   */
  public Optional<Long> percentile(double part) {
    long wanted = Math.max(1, (long) Math.ceil(part * count()));
    long passed = 0;
    for (Map.Entry<Long, Long> bucket : upToMillis.entrySet()) {
      passed += bucket.getValue();
      if (passed >= wanted) {
        return Optional.of(bucket.getKey());
      }
    }
    return Optional.empty();
  }
}
