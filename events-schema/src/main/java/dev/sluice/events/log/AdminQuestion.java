package dev.sluice.events.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/**
 * Asks Kafka's brokers, by a client of its own. No thread waits for the answer: Vert.x would wait
 * for that thread when the program is to end.
 */
final class AdminQuestion {
  private AdminQuestion() {}

  /**
   * Asks.
   *
   * @param question must not block
   * @return what the question gives; fails where a setting is wrong
   */
  static <T> Future<T> ask(Vertx vertx, KafkaSettings kafka, Function<Admin, Future<T>> question) {
    Callable<Admin> open = () -> Admin.create(new HashMap<String, Object>(kafka.admin()));
    return vertx
        .executeBlocking(open, false)
        .compose(
            admin ->
                question
                    .apply(admin)
                    // what has not been answered by now is not wanted any more
                    .eventually(() -> vertx.executeBlocking(() -> close(admin), false)));
  }

  private static boolean close(Admin admin) {
    admin.close(Duration.ZERO);
    return true;
  }

  /** The answer, on the caller's context. */
  static <T> Future<T> answer(Vertx vertx, KafkaFuture<T> from) {
    return Future.fromCompletionStage(from.toCompletionStage(), vertx.getOrCreateContext())
        // an answer that was made of others hides why there is none
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof CompletionException && e.getCause() != null ? e.getCause() : e));
  }
}
