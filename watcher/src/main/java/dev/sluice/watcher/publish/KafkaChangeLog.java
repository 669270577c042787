package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
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
  private Optional<StateReader> reader = Optional.empty();

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
    reader = Optional.of(opened);
    Fold fold = new Fold();
    opened.exceptionHandler(e -> log.warn("event=log-read-retried reason=\"{}\"", e.toString()));
    opened
        .start(fold::take)
        .compose(started -> opened.ended())
        .onFailure(fold.result::tryFail)
        .onSuccess(ended -> fold.result.tryFail("the reader was closed"));
    return fold.result
        .future()
        .compose(state -> opened.close().otherwiseEmpty().map(state), e -> closeAfter(opened, e));
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

  private static Future<PublishedState> closeAfter(StateReader reader, Throwable reason) {
    return reader.close().transform(closed -> Future.failedFuture(reason));
  }

  private static <T> Future<T> failed(Throwable e) {
    boolean fenced = e instanceof LogWriteException failure && failure.fenced();
    return Future.failedFuture(fenced ? new FencedException(e) : e);
  }

  /** The state so far, while it is read. */
  private static final class Fold {
    final Promise<PublishedState> result = Promise.promise();
    private PublishedState state = PublishedState.EMPTY;
    private Optional<Undecodable> badHead = Optional.empty();

    void take(Batch batch) {
      if (result.future().isComplete()) {
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
