package dev.sluice.events.log;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays between attempts: doubled each time up to a limit, and spread by a fifth. For one thread.
 */
public final class Backoff {
  private static final double SPREAD = 0.2;

  private final Duration first;
  private final Duration longest;
  private Duration next;

  /**
   * @param first the delay after the first failure
   * @param longest the limit
   */
  public Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The delay before the next attempt. */
  public Duration next() {
    Duration current = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    // nodes that lost the same broker should not come back at the same moment
    double factor = 1 - SPREAD * ThreadLocalRandom.current().nextDouble();
    return Duration.ofMillis(Math.max(1, (long) (current.toMillis() * factor)));
  }

  /** Says that an attempt succeeded. */
  public void reset() {
    next = first;
  }
}
