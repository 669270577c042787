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
import dev.sluice.events.log.UnreadableKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
  public void unreadableHandler(Consumer<Set<String>> handler) {
    fold.unreadableHandler(handler);
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
    private UnreadableKeys unreadable = UnreadableKeys.NONE;
    private final Set<String> early = new HashSet<>();
    private Consumer<Set<String>> unreadableHandler = early::addAll;

    void unreadableHandler(Consumer<Set<String>> handler) {
      unreadableHandler = handler;
      if (!early.isEmpty()) {
        handler.accept(early);
      }
    }

    void take(Batch batch) {
      batch.undecodable().forEach(Fold::tell);
      if (result.future().isComplete()) {
        follow(batch);
        return;
      }
      state = state.replay(batch.entries());
      unreadable = unreadable.after(batch, state.image()::knows);
      if (batch.atEnd()) {
        Undecodable badHead = unreadable.byKey().get(Head.KEY);
        // a head that was read before it stays: every transaction of ours would have written
        // another
        if (badHead != null && state.head().isEmpty()) {
          result.fail(
              new TakeoverException(
                  "the head on %s at offset %d can't be read, so nothing can be written after it: %s"
                      .formatted(badHead.topic(), badHead.offset(), badHead.reason())));
        } else {
          // published anew, so that the log heals
          result.complete(state.unreadable(unreadable.byKey().keySet()));
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
      if (!batch.undecodable().isEmpty()) {
        unreadableHandler.accept(UnreadableKeys.NONE.after(batch, key -> true).byKey().keySet());
      }
    }

    private static void tell(Undecodable record) {
      log.warn(
          "event=undecodable-record topic={} offset={} key=\"{}\" reason=\"{}\"",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
    }
  }
}
