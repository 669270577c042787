package dev.sluice.local.system;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits; generously, since a loaded machine takes its time. */
final class Await {
  static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /** A condition that is looked at often. */
  static ConditionFactory until() {
    return Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(20));
  }

  /** The result of a future, or what it failed with. */
  static <T> T result(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** What a future fails with. */
  static Throwable failure(Future<?> future) throws InterruptedException, TimeoutException {
    try {
      Object result = future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
      throw new AssertionError("did not fail: " + result);
    } catch (ExecutionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
  }
}
