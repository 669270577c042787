package dev.sluice.applier.runtime;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One timer, which can be set anew. For one Vert.x context. */
final class Wakeup {
  private final Vertx vertx;
  private final Clock clock;
  private final Runnable action;
  private Optional<Long> timer = Optional.empty();

  Wakeup(Vertx vertx, Clock clock, Runnable action) {
    this.vertx = vertx;
    this.clock = clock;
    this.action = action;
  }

  /** Runs the action then, and not at the time that was set before. */
  void at(Optional<Instant> time) {
    timer.ifPresent(vertx::cancelTimer);
    timer = time.map(this::set);
  }

  private long set(Instant time) {
    // rounded up: too early is not yet due
    long millis = Duration.between(clock.instant(), time).toMillis() + 1;
    return vertx.setTimer(
        Math.max(1, millis),
        _ -> {
          timer = Optional.empty();
          action.run();
        });
  }
}
