package dev.sluice.local.faults;

import dev.sluice.local.run.ApplierProgram;
import java.time.Duration;
import java.util.Optional;

/** Asks an applier again and again how far it is behind. Any thread. */
final class LagWatch implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final ApplierProgram applier;
  private final Thread thread = Thread.ofPlatform().name("lag").daemon().unstarted(this::run);
  private volatile boolean stopped;
  private volatile double most;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  private LagWatch(ApplierProgram applier) {
    this.applier = applier;
  }

  static LagWatch start(ApplierProgram applier) {
    LagWatch watch = new LagWatch(applier);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (!stopped) {
        most = Math.max(most, applier.metrics().sum("sluice_lag_seconds"));
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException e) {
      // nobody waits for it
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  /**
   * The most that was told so far, in seconds.
   *
   * @throws FaultException if it could not be asked
   */
  double most() {
    failure.ifPresent(
        e -> {
          throw new FaultException("the applier's lag can't be told: " + e.getMessage(), e);
        });
    return most;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
