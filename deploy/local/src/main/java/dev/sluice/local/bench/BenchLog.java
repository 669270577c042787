package dev.sluice.local.bench;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import dev.sluice.events.model.ClusterObject;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Publishes a cluster and its changes to a log of its own, as a watcher does it. One thread. */
public final class BenchLog implements AutoCloseable {
  private static final String CLUSTER_ID = "bench";
  private static final long EPOCH = 1;
  private static final int BATCH = 500;
  private static final long LIMIT_SECONDS = 60;

  private final Vertx vertx;
  private final LogWriter writer;
  private long revision;

  /**
   * Creates the topics and takes over the log.
   *
   * @throws BenchException if Kafka doesn't answer
   */
  public BenchLog(String bootstrapServers) {
    // few threads: those that are there serve all that follows, from whatever namespace
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    KafkaSettings kafka = new KafkaSettings(bootstrapServers, Map.of());
    Topics topics = new Topics(Topics.DEFAULT_CLUSTER);
    writer = new LogWriter(vertx, kafka, topics, "bench");
    try {
      done(TopicSetup.ensure(vertx, kafka, topics, (short) 1));
      done(writer.initTransactions());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The latest revision. */
  public long revision() {
    return revision;
  }

  /** Publishes these objects as the whole cluster. */
  public void publish(List<ClusterObject> objects) {
    for (int from = 0; from < objects.size(); from += BATCH) {
      int to = Math.min(objects.size(), from + BATCH);
      Instant now = Instant.now();
      List<Change> changes =
          objects.subList(from, to).stream()
              .map(object -> change(object, Optional.empty(), now))
              .toList();
      done(writer.write(changes, head(to == objects.size()), now));
    }
  }

  /**
   * Publishes one change.
   *
   * @return when the broker had acknowledged it, as {@link System#nanoTime} gives it
   */
  long publish(ClusterObject before, ClusterObject after) {
    return replace(List.of(new Replacement(before, after)));
  }

  /** One object, and what it is to be next. */
  public record Replacement(ClusterObject before, ClusterObject after) {}

  /**
   * Publishes changes in one transaction.
   *
   * @return as {@link #publish(ClusterObject, ClusterObject)}
   */
  public long replace(List<Replacement> replacements) {
    Instant now = Instant.now();
    List<Change> changes =
        replacements.stream().map(r -> change(r.after(), Optional.of(r.before()), now)).toList();
    return done(writer.write(changes, head(true), now).map(_ -> System.nanoTime()));
  }

  private Change change(ClusterObject object, Optional<ClusterObject> before, Instant now) {
    revision++;
    Revision place =
        new Revision(revision, EPOCH, CLUSTER_ID, now, Cause.OBSERVED, "", Optional.empty());
    return new Change.Upserted(place, before, object);
  }

  private Head head(boolean complete) {
    return new Head(CLUSTER_ID, EPOCH, revision, complete, Optional.empty());
  }

  private static <T> T done(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new BenchException("the log was not written: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new BenchException("the log was not written within " + LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while writing the log", e);
    }
  }

  @Override
  public void close() {
    // one after the other from here: no context of Vert.x outlives it to hear of its end
    try {
      done(writer.close());
    } finally {
      done(vertx.close());
    }
  }
}
