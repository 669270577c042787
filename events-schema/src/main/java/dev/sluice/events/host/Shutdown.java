package dev.sluice.events.host;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a program in order. SIGTERM and SIGINT close it and exit with 0, where the JVM alone would
 * drop everything and exit with 143 or 130. Closing is given four seconds, so that the process is
 * gone within five; if it takes longer or fails, the exit code is 1.
 */
public final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Duration LIMIT = Duration.ofSeconds(4);

  private final Supplier<Future<Void>> action;
  private final Thread hook;

  private Shutdown(Supplier<Future<Void>> action) {
    this.action = action;
    // a shutdown hook can't choose the exit code, but it can halt with one
    this.hook = new Thread(this::closeAndHalt, "shutdown");
  }

  /**
   * From now on a signal runs {@code close}, on the JVM's shutdown thread, and then ends the JVM.
   *
   * @param close closes everything that is open by then
   */
  public static Shutdown onSignal(Supplier<Future<Void>> close) {
    Shutdown shutdown = new Shutdown(close);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  /**
   * Blocks until the program ends by itself, and closes it then. A signal never lets this return.
   *
   * @param ended completes when the program has no more to do; fails when it can't go on
   * @throws Exception the reason for which {@code ended} failed, or an {@link IOException} if it
   *     could not be closed
   */
  public void await(Future<?> ended) throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    ended.onComplete(result -> latch.countDown());
    latch.await();
    disarm();
    boolean closed = close("end");
    if (ended.failed()) {
      throw ended.cause() instanceof Exception e ? e : new ExecutionException(ended.cause());
    }
    if (!closed) {
      throw new IOException("the end was not an orderly one; see the log");
    }
  }

  /** Signals have their usual effect again. Never returns if one has come: the JVM is ending. */
  public void disarm() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      while (true) {
        LockSupport.park(this);
      }
    }
  }

  private void closeAndHalt() {
    int code = 1;
    try {
      code = close("signal") ? 0 : 1;
    } finally {
      Runtime.getRuntime().halt(code);
    }
  }

  private boolean close(String reason) {
    long start = System.nanoTime();
    log.info("event=shutdown-started reason={}", reason);
    try {
      action
          .get()
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      log.info(
          "event=shutdown-done millis={}",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      return true;
    } catch (TimeoutException e) {
      log.error("event=shutdown-unfinished limit_millis={}", LIMIT.toMillis());
    } catch (ExecutionException | RuntimeException e) {
      log.error("event=shutdown-failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.error("event=shutdown-interrupted");
    }
    return false;
  }
}
