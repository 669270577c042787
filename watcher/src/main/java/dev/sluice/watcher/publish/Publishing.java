package dev.sluice.watcher.publish;

import dev.sluice.events.event.AutoMode;
import java.time.Clock;

/**
 * What all terms share.
 *
 * @param autoMode decides what the mode auto means
 * @param clock gives event time
 * @param olderVersions whether to publish what the API server has even where the log is newer
 */
public record Publishing(
    MassDeletionGuard guard,
    AutoMode autoMode,
    WatcherStatus status,
    WatcherMetrics metrics,
    Clock clock,
    boolean olderVersions) {
  /** Never publishes what is older than the log. */
  public Publishing(
      MassDeletionGuard guard,
      AutoMode autoMode,
      WatcherStatus status,
      WatcherMetrics metrics,
      Clock clock) {
    this(guard, autoMode, status, metrics, clock, false);
  }
}
