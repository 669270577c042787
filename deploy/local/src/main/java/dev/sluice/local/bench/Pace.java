package dev.sluice.local.bench;

import java.time.Duration;

/**
 * Moments at even distances, which come when they come: whoever is late for one finds several due.
 *
 * @param perSecond how many a second, 1 or more
 * @param number how many, 1 or more
 */
public record Pace(int perSecond, int number) {
  private static final long SECOND = 1_000_000_000;

  public Pace {
    if (perSecond < 1 || number < 1) {
      throw new IllegalArgumentException("1 or more a second, and 1 or more in all");
    }
  }

  /** Those of a period, and {@code least} in a longer one if it has fewer. */
  public static Pace of(int perSecond, Duration period, int least) {
    return new Pace(perSecond, Math.max(least, Math.toIntExact(perSecond * period.toSeconds())));
  }

  /**
   * When one is due, in nanoseconds after the start.
   *
   * @param moment from 0
   */
  public long due(int moment) {
    return moment * SECOND / perSecond;
  }

  /**
   * How many of those from {@code first} on are due, the first among them in any case.
   *
   * @param nanos since the start
   */
  public int due(int first, long nanos) {
    int next = first + 1;
    while (next < number && due(next) <= nanos) {
      next++;
    }
    return next - first;
  }

  /** Waits until one is due; returns at once when it has been. */
  public void await(long startNanoTime, int moment) throws InterruptedException {
    long left = startNanoTime + due(moment) - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}
