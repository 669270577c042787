package dev.sluice.local.faults;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.HistoryReader;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import dev.sluice.local.lab.NetworkNamespace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A log that is written as a watcher writes it: whatever fails is settled by taking over anew, and
 * published again where it is not there. For one thread at a time; calls block.
 */
final class FaultLog implements AutoCloseable {
  private static final String CLUSTER_ID = "faults";
  private static final long CALL_SECONDS = 120;
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Longer than any outage that is made. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final NetworkNamespace inside;
  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics = new Topics(Topics.DEFAULT_CLUSTER);
  private Optional<LogWriter> writer = Optional.empty();
  private long epoch;
  private long revision;
  private int retries;

  private FaultLog(NetworkNamespace inside, String bootstrapServers) {
    this.inside = inside;
    kafka = new KafkaSettings(bootstrapServers, Map.of());
    vertx =
        inside.<Vertx, RuntimeException>call(
            () -> Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4)));
  }

  /**
   * Creates the topics and takes over the log.
   *
   * @param inside the namespace from which the brokers are reached
   * @throws FaultException if Kafka doesn't answer
   */
  static FaultLog open(NetworkNamespace inside, String bootstrapServers) {
    FaultLog log = new FaultLog(inside, bootstrapServers);
    try {
      log.await(() -> TopicSetup.ensure(log.vertx, log.kafka, log.topics, TopicSetup.UP_TO_THREE));
      long _ = log.takeOver();
      return log;
    } catch (CallFailedException e) {
      log.close();
      throw new FaultException("the log could not be opened: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      log.close();
      throw e;
    }
  }

  /** The latest revision that is on the log. */
  long revision() {
    return revision;
  }

  /** How often something had to be tried again. */
  int retries() {
    return retries;
  }

  KafkaSettings kafka() {
    return kafka;
  }

  Topics topics() {
    return topics;
  }

  /**
   * Publishes changes in one transaction; returns when they are on the log, once each.
   *
   * @throws FaultException if they can't be brought there in five minutes
   */
  void publish(List<Edit> edits) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<Change> changes = new ArrayList<>(edits.size());
    long last = revision;
    for (Edit edit : edits) {
      Revision place =
          new Revision(++last, epoch, CLUSTER_ID, now, Cause.OBSERVED, "", Optional.empty());
      changes.add(edit.at(place));
    }
    Head head = new Head(CLUSTER_ID, epoch, last, true, Optional.empty());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!written(changes, head, now)) {
      if (System.nanoTime() - deadline > 0) {
        throw new FaultException("not published within " + PATIENCE + ": revision " + last);
      }
      retries++;
      pause();
    }
    revision = last;
  }

  private boolean written(List<Change> changes, Head head, Instant now) {
    try {
      // what became of a transaction that failed is only known after the next take-over
      if (writer.isEmpty() && takeOver() >= head.revision()) {
        return true;
      }
      LogWriter ready = writer.orElseThrow();
      await(() -> ready.write(changes, head, now));
      return true;
    } catch (CallFailedException e) {
      dropWriter();
      return false;
    }
  }

  /** Returns the revision that the log has. */
  private long takeOver() throws CallFailedException {
    LogWriter next = new LogWriter(vertx, kafka, topics, "faults-watcher");
    writer = Optional.of(next);
    try {
      await(next::initTransactions);
      Optional<Head> head = image().head();
      epoch = Math.max(epoch, head.map(Head::epoch).orElse(0L)) + 1;
      return head.map(Head::revision).orElse(0L);
    } catch (CallFailedException e) {
      dropWriter();
      throw e;
    }
  }

  private void dropWriter() {
    Optional<LogWriter> spent = writer;
    writer = Optional.empty();
    spent.ifPresent(
        open -> {
          try {
            await(open::close);
          } catch (CallFailedException e) {
            throw new FaultException("a writer could not be closed: " + e.getMessage(), e);
          }
        });
  }

  /** What the state topic folds to now, read from its beginning by a reader of its own. */
  ClusterImage image() throws CallFailedException {
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    StateReader reader = new StateReader(vertx, kafka, topics);
    Promise<Void> end = Promise.promise();
    reader.ended().onFailure(end::tryFail);
    try {
      await(
          () -> {
            var _ =
                reader
                    .start(
                        batch -> {
                          batch.entries().forEach(delta::replay);
                          if (!batch.undecodable().isEmpty()) {
                            end.tryFail(batch.undecodable().getFirst().inWords());
                          } else if (batch.atEnd()) {
                            end.tryComplete();
                          }
                        })
                    .onFailure(end::tryFail);
            return end.future();
          });
    } finally {
      await(reader::close);
    }
    return delta.apply();
  }

  /** Tells the whole history, in its order, on another thread while this one waits. */
  void history(Consumer<Change> reader) throws CallFailedException {
    List<String> undecodable = new ArrayList<>();
    HistoryReader topic = new HistoryReader(vertx, kafka, topics);
    await(
        () ->
            topic.read(
                batch -> {
                  batch.changes().forEach(reader);
                  batch.undecodable().forEach(one -> undecodable.add(one.inWords()));
                }));
    if (!undecodable.isEmpty()) {
      throw new FaultException("records that can't be read: " + undecodable);
    }
  }

  /** An asynchronous call that failed, or did not end in time. */
  static final class CallFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CallFailedException(Throwable cause) {
      super(String.valueOf(cause), cause);
    }
  }

  private interface Call<T> {
    Future<T> start();
  }

  /** The threads that the call starts must be in the namespace, so it is made from inside. */
  private <T> void await(Call<T> call) throws CallFailedException {
    inside.<CallFailedException>run(
        () -> {
          try {
            call.start()
                .toCompletionStage()
                .toCompletableFuture()
                .get(CALL_SECONDS, TimeUnit.SECONDS);
          } catch (ExecutionException | TimeoutException e) {
            throw new CallFailedException(e.getCause() == null ? e : e.getCause());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultException("interrupted while using the log", e);
          }
        });
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException("interrupted while the log could not be written", e);
    }
  }

  @Override
  public void close() {
    try (AutoCloseable _ = this::closeVertx) {
      dropWriter();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new FaultException("the log could not be closed: " + e.getMessage(), e);
    }
  }

  private void closeVertx() throws CallFailedException {
    await(vertx::close);
  }
}
