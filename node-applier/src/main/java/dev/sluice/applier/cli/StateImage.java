package dev.sluice.applier.cli;

import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.Topics;
import dev.sluice.events.log.UnreadableKeys;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster as the log has it when it is asked.
 *
 * @param problems records that can't be read and that no good one follows, one line each
 */
record StateImage(ClusterImage image, List<String> problems) {
  private static final Logger LOG = LoggerFactory.getLogger(StateImage.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * Reads the state topic to its end. Blocks.
   *
   * @throws IOException if that takes longer than {@code limit}, or the log does not hold the whole
   *     cluster
   */
  static StateImage read(KafkaSettings kafka, Topics topics, Duration limit)
      throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    try {
      StateImage read = read(vertx, kafka, topics, limit);
      if (!read.image().complete()) {
        throw new IOException(
            "topic "
                + topics.state()
                + " does not hold the whole cluster (yet): its head is "
                + (read.image().head().isEmpty() ? "missing" : "not complete"));
      }
      return read;
    } finally {
      closeWithin(vertx, CLOSE_LIMIT);
    }
  }

  private static StateImage read(Vertx vertx, KafkaSettings kafka, Topics topics, Duration limit)
      throws IOException, InterruptedException {
    Fold fold = new Fold();
    List<String> errors = Collections.synchronizedList(new ArrayList<>());
    Promise<StateImage> end = Promise.promise();
    StateReader reader = new StateReader(vertx, kafka, topics);
    reader.exceptionHandler(e -> errors.add(String.valueOf(e.getMessage())));
    reader.ended().onFailure(end::tryFail);
    reader.start(
        batch -> {
          fold.take(batch);
          if (batch.atEnd()) {
            end.tryComplete(fold.result());
          }
        });
    try {
      return end.future()
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      String last = errors.isEmpty() ? "no answer" : errors.getLast();
      throw new IOException(
          "topic %s at %s could not be read to its end within %s s: %s"
              .formatted(topics.state(), kafka.bootstrapServers(), seconds(limit), last),
          e);
    } catch (ExecutionException e) {
      throw new IOException("topic " + topics.state() + ": " + e.getCause(), e);
    }
  }

  /** What has been read. For one thread. */
  private static final class Fold {
    private final ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    private UnreadableKeys unreadable = UnreadableKeys.NONE;

    void take(StateReader.Batch batch) {
      batch.entries().forEach(delta::replay);
      unreadable = unreadable.after(batch, key -> delta.apply().knows(key));
    }

    StateImage result() {
      delta.finishSnapshot();
      return new StateImage(delta.apply(), List.copyOf(unreadable.reasons().values()));
    }
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static void closeWithin(Vertx vertx, Duration limit) throws InterruptedException {
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // the answer is there, and the process ends anyhow
      LOG.debug("Vert.x was not closed", e);
    }
  }
}
