package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogWriteException;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log on Kafka. */
public final class KafkaChangeLog implements ChangeLog {
  private static final Logger log = LoggerFactory.getLogger(KafkaChangeLog.class);

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final short replication;
  private final LogWriter writer;
  private volatile Optional<StateReader> reader = Optional.empty();
  private Fold fold = new Fold();

  /**
   * Does not connect yet.
   *
   * @param replication how many brokers hold a topic that has to be created, 1 or more
   */
  public KafkaChangeLog(Vertx vertx, KafkaSettings kafka, Topics topics, short replication) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
    this.replication = replication;
    writer = new LogWriter(vertx, kafka, topics, topics.cluster() + "-watcher");
  }

  @Override
  public Future<Void> prepare() {
    return TopicSetup.ensure(vertx, kafka, topics, replication);
  }

  @Override
  public Future<Void> takeOver() {
    return writer.initTransactions().recover(KafkaChangeLog::failed);
  }

  @Override
  public Future<PublishedState> read() {
    StateReader opened = new StateReader(vertx, kafka, topics);
    Future<Void> before = reader.map(StateReader::close).orElseGet(Future::succeededFuture);
    reader = Optional.of(opened);
    fold = new Fold();
    Fold current = fold;
    opened.exceptionHandler(e -> log.warn("event=log-read-retried reason=\"{}\"", e.toString()));
    before
        .otherwiseEmpty()
        .compose(closed -> opened.start(current::take))
        .compose(started -> opened.ended())
        .onFailure(current.result::tryFail)
        .onSuccess(ended -> current.result.tryFail("the reader was closed"));
    // it goes on reading, to see the heads of others
    long start = System.nanoTime();
    return current
        .result
        .future()
        .onSuccess(
            state ->
                log.info(
                    "event=log-read revision={} objects={} millis={}",
                    state.image().revision(),
                    state.image().keys().size(),
                    (System.nanoTime() - start) / 1_000_000));
  }

  @Override
  public Future<Void> lost() {
    return fold.lost.future();
  }

  @Override
  public Optional<Duration> silence() {
    return reader.flatMap(StateReader::silence);
  }

  @Override
  public Future<Void> write(List<Change> changes, Head head, Instant time) {
    return writer.write(changes, head, time).recover(KafkaChangeLog::failed);
  }

  @Override
  public Future<Void> close() {
    Future<Void> closed = reader.map(StateReader::close).orElseGet(Future::succeededFuture);
    return Future.join(closed, writer.close()).<Void>mapEmpty().otherwiseEmpty();
  }

  private static <T> Future<T> failed(Throwable e) {
    boolean fenced = e instanceof LogWriteException failure && failure.fenced();
    return Future.failedFuture(fenced ? new FencedException(e) : e);
  }

  /** The state so far, while it is read; and then what others do to it. */
  private static final class Fold {
    final Promise<PublishedState> result = Promise.promise();
    final Promise<Void> lost = Promise.promise();
    private PublishedState state = PublishedState.EMPTY;
    private Optional<Undecodable> badHead = Optional.empty();

    void take(Batch batch) {
      if (result.future().isComplete()) {
        follow(batch);
        return;
      }
      state = state.replay(batch.entries());
      if (batch.entries().stream().anyMatch(HeadState.class::isInstance)) {
        badHead = Optional.empty();
      }
      batch.undecodable().forEach(this::takeUndecodable);
      if (batch.atEnd()) {
        if (badHead.isPresent()) {
          result.fail(
              new TakeoverException(
                  "the head on %s at offset %d can't be read, so nothing can be written after it: %s"
                      .formatted(
                          badHead.get().topic(), badHead.get().offset(), badHead.get().reason())));
        } else {
          result.complete(state);
        }
      }
    }

    /** Heads of the term that follows what was read are ours. */
    private void follow(Batch batch) {
      long ours = state.head().map(Head::epoch).orElse(0L) + 1;
      for (StateEntry entry : batch.entries()) {
        if (entry instanceof HeadState other && other.head().epoch() > ours) {
          lost.tryComplete();
        }
      }
    }

    private void takeUndecodable(Undecodable record) {
      log.warn(
          "event=undecodable-record topic={} offset={} key=\"{}\" reason=\"{}\"",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
      if (record.key().equals(Head.KEY)) {
        badHead = Optional.of(record);
      } else {
        // published anew, so that the log heals
        state = state.forget(record.key());
      }
    }
  }
}
