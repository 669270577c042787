package dev.sluice.applier.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** When the kernel may be written next, and when it must be. Told the time; for one thread. */
final class Schedule {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  /** Timed work is not precise to that, and must not keep the worker busy by itself. */
  private static final Duration LEAST_BETWEEN_TICKS = Duration.ofMillis(100);

  private final Duration minSyncPeriod;
  private final Duration longestWait;
  private Instant notBefore = Instant.EPOCH;
  private int failures;
  private Instant switchNotBefore = Instant.EPOCH;
  private int failedSwitches;
  private Optional<Instant> tick = Optional.empty();

  /**
   * @param minSyncPeriod the least time between two writes
   * @param longestWait the longest time between attempts after an error
   */
  Schedule(Duration minSyncPeriod, Duration longestWait) {
    this.minSyncPeriod = minSyncPeriod;
    this.longestWait = longestWait;
  }

  /** A pass has succeeded. */
  void succeeded(Instant now) {
    failures = 0;
    notBefore = now.plus(minSyncPeriod);
  }

  /** A pass has failed, and is to be tried again. */
  void failed(Instant now) {
    notBefore = now.plus(wait(failures++));
  }

  /** Whether the last pass failed. */
  boolean retrying() {
    return failures > 0;
  }

  /** Whether it is too early for any pass. */
  boolean tooEarly(Instant now) {
    return now.isBefore(notBefore);
  }

  /** The wanted mode is there, or is another one than before. */
  void forgetFailedTurns() {
    failedSwitches = 0;
    switchNotBefore = Instant.EPOCH;
  }

  /** The wanted mode could not be brought up. */
  void turnFailed(Instant now) {
    switchNotBefore = now.plus(wait(failedSwitches++));
  }

  /**
   * What came of bringing up the wanted mode.
   *
   * @param failed whether it was tried, and could not be
   * @param wanted whether it is still to be tried
   */
  void turned(boolean failed, boolean wanted, Instant now) {
    if (failed) {
      turnFailed(now);
    } else if (!wanted) {
      forgetFailedTurns();
    }
  }

  /** Whether the wanted mode may be tried. */
  boolean mayTurn(Instant now) {
    return !now.isBefore(switchNotBefore);
  }

  /**
   * Timed work is due then, or none is.
   *
   * @param now when the last was done
   */
  void tickAt(Optional<Instant> due, Instant now) {
    Instant earliest = now.plus(LEAST_BETWEEN_TICKS);
    tick = due.map(time -> time.isBefore(earliest) ? earliest : time);
  }

  boolean tickDue(Instant now) {
    return tick.filter(time -> !time.isAfter(now)).isPresent();
  }

  /**
   * When to look again; empty: there is nothing to wait for.
   *
   * @param waiting whether there is something to write already
   * @param turning whether another mode is wanted
   */
  Optional<Instant> next(boolean waiting, boolean turning) {
    Optional<Instant> sync = waiting ? Optional.of(notBefore) : Optional.empty();
    Optional<Instant> turn = turning ? Optional.of(switchNotBefore) : Optional.empty();
    return Stream.of(sync, turn, tick)
        .flatMap(Optional::stream)
        .min(Instant::compareTo)
        .map(time -> time.isBefore(notBefore) ? notBefore : time);
  }

  private Duration wait(int failuresBefore) {
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failuresBefore, 16));
    return wait.compareTo(longestWait) < 0 ? wait : longestWait;
  }
}
