package dev.sluice.applier.runtime;

import dev.sluice.applier.program.KernelReading;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel read back on a thread of its own, so that no change waits for it: part by part,
 * with rests in between that are as long as the parts. Owned by the applier's context.
 */
final class DriftWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_REST = Duration.ofMillis(100);
  private static final Duration CANARY_PERIOD = Duration.ofSeconds(1);

  /** After a false alarm the next one waits so many times as long as reading takes. */
  private static final int PATIENCE = 10;

  private final Vertx vertx;
  private final WorkerExecutor reader;
  private final Duration syncPeriod;
  private final Clock clock;
  private final Runnable readBackSoon;
  private final ApplierMetrics metrics;
  private Future<?> underWay = Future.succeededFuture();
  private Optional<Looks> found = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private int failures;
  private boolean reading;
  private Duration lastTook = Duration.ZERO;
  private Instant quietUntil = Instant.EPOCH;
  private boolean asking;
  private boolean alarm;
  private volatile boolean stopping;

  /**
   * @param syncPeriod the longest wait after a failure
   * @param readBackSoon has all begun anew; called on the context
   */
  DriftWatch(
      Vertx vertx,
      String nodeName,
      Duration syncPeriod,
      Clock clock,
      Runnable readBackSoon,
      ApplierMetrics metrics) {
    this.vertx = vertx;
    this.syncPeriod = syncPeriod;
    this.clock = clock;
    this.readBackSoon = readBackSoon;
    this.metrics = metrics;
    reader = vertx.createSharedWorkerExecutor("drift-" + nodeName, 1, 1, TimeUnit.HOURS);
  }

  /** Whether a look may be begun: none is being read, nor waits to be settled. */
  boolean isFree() {
    return !reading && found.isEmpty();
  }

  /** Whether a look has been read that is to be settled. */
  boolean hasFound() {
    return found.isPresent();
  }

  /** Takes what has been read. */
  Looks take() {
    Looks looks = found.orElse(Looks.NONE);
    found = Optional.empty();
    return looks;
  }

  /**
   * That the kernel could not be read the last time.
   *
   * @param since when that was tried first
   */
  record Failure(String reason, Instant since) {}

  /** Why the kernel could not be read the last time; empty where it could. */
  Optional<Failure> failure() {
    return failure;
  }

  /**
   * Reads.
   *
   * @param then called on the context when there is something to settle, or it has failed
   */
  void read(Looks looks, Runnable then) {
    if (looks.isEmpty() || stopping) {
      return;
    }
    reading = true;
    long start = System.nanoTime();
    Future<Void> done = reader.executeBlocking(() -> readAll(looks.readings()));
    underWay =
        done.onComplete(
            result -> {
              reading = false;
              if (result.succeeded()) {
                failure = Optional.empty();
                failures = 0;
                found = Optional.of(looks);
                lastTook = Duration.ofNanos(System.nanoTime() - start);
                metrics.looked(lastTook);
              } else {
                failed(result.cause());
              }
              then.run();
            });
  }

  /**
   * Asks every second for a sign that rules were taken away, and has all begun anew at once if
   * there is one.
   *
   * @param worker asks, between its writes
   */
  void watch(WorkerExecutor worker, Callable<Boolean> flushed) {
    long _ = vertx.setPeriodic(CANARY_PERIOD.toMillis(), _ -> ask(worker, flushed));
  }

  private void ask(WorkerExecutor worker, Callable<Boolean> flushed) {
    if (asking || alarm || stopping) {
      return;
    }
    asking = true;
    var _ =
        worker
            .executeBlocking(flushed)
            .onComplete(
                answer -> {
                  asking = false;
                  if (answer.failed()) {
                    LOG.warn("canary error=\"{}\"", answer.cause().getMessage());
                  } else if (answer.result()) {
                    alarmed();
                  }
                });
  }

  private void alarmed() {
    LOG.warn("canary: rules have been taken away; the kernel is read back now");
    alarm = true;
    long wait = Duration.between(clock.instant(), quietUntil).toMillis();
    if (wait <= 0) {
      readBackSoon.run();
    } else {
      long _ = vertx.setTimer(wait, _ -> readBackSoon.run());
    }
  }

  /**
   * What was found has been repaired.
   *
   * @param drift whether there was anything
   */
  void settled(boolean drift) {
    if (alarm && !drift) {
      // somebody takes away rules that are none of ours, and may go on with that
      quietUntil = clock.instant().plus(lastTook.multipliedBy(PATIENCE));
    }
    alarm = false;
  }

  private void failed(Throwable cause) {
    LOG.warn("drift check failed reason=\"{}\"", cause.getMessage());
    metrics.lookFailed();
    Instant since = failure.map(Failure::since).orElseGet(clock::instant);
    failure = Optional.of(new Failure(String.valueOf(cause.getMessage()), since));
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, 16));
    long millis = Math.min(wait.toMillis(), syncPeriod.toMillis());
    long _ = vertx.setTimer(millis, _ -> readBackSoon.run());
  }

  private Void readAll(List<KernelReading> readings) throws Exception {
    for (KernelReading one : readings) {
      boolean more = true;
      while (more && !stopping) {
        long start = System.nanoTime();
        more = one.step();
        Duration rest = Duration.ofNanos(System.nanoTime() - start);
        Thread.sleep(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
      }
    }
    return null;
  }

  /** From now on nothing more is read than the part that is being read. */
  void stopSoon() {
    stopping = true;
  }

  /** Ends; a part that is being read is let finish. */
  Future<?> close() {
    stopSoon();
    return underWay.transform(_ -> reader.close());
  }
}
