package dev.sluice.watcher.lease;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Which Lease, and how it is kept. The times mean what they mean for Kubernetes' own components.
 *
 * @param identity this watcher's name, which no other has
 * @param leaseDuration how long others wait for a leader that is not heard of; whole seconds
 * @param renewDeadline how long a leader tries to renew before it stops to lead
 * @param retryPeriod how often it renews, and others look
 */
public record LeaseSettings(
    String namespace,
    String name,
    String identity,
    Duration leaseDuration,
    Duration renewDeadline,
    Duration retryPeriod) {
  /** The elector waits up to 2.2 retry periods between two attempts. */
  private static final double JITTER = 2.2;

  /**
   * @throws IllegalArgumentException if they contradict each other; it says how
   */
  public LeaseSettings {
    if (leaseDuration.isZero()
        || !leaseDuration.equals(leaseDuration.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException("the lease duration must be whole seconds, 1 or more");
    }
    if (renewDeadline.compareTo(leaseDuration) >= 0) {
      throw new IllegalArgumentException(
          "the renew deadline must be less than the lease duration, or others lead too early");
    }
    if (retryPeriod.toMillis() < 1 || renewDeadline.toMillis() <= retryPeriod.toMillis() * JITTER) {
      throw new IllegalArgumentException(
          "the retry period must be at least 1 ms, and the renew deadline over 2.2 times that");
    }
  }
}
