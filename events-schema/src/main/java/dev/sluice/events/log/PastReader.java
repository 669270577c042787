package dev.sluice.events.log;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Moment;
import dev.sluice.events.log.PartitionConsumer.Start;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleConsumer;

/**
 * Reads the cluster as it was at a moment: the state topic to its end first, and then the history
 * from the moment on, at least to the revision that the state had. Needs no snapshots, and reads no
 * more of the history than what follows the moment, if that is a time.
 *
 * <p>Every call reads anew; results come on the Vert.x context of the caller.
 */
public final class PastReader {
  /** Enough to find the last change before a time among transaction markers. */
  private static final long LOOK_BACK = 64;

  private static final int LOOK_BACK_FACTOR = 16;
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final Duration patience;
  private DoubleConsumer progress = share -> {};

  /**
   * Does not connect yet.
   *
   * @param patience how long to wait for the next records of the state topic; a broker that is away
   *     is waited for so long
   */
  public PastReader(Vertx vertx, KafkaSettings kafka, Topics topics, Duration patience) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
    this.patience = patience;
  }

  /** Sets who is told how much of the history that is to be read has been, 0 to 1. */
  public PastReader progress(DoubleConsumer listener) {
    progress = listener;
    return this;
  }

  /**
   * The cluster at a moment.
   *
   * @return fails with an {@link UnknownMomentException} if the log does not tell of that moment,
   *     and with a {@link LogReadException} if it can't be read to its end or does not hold the
   *     whole cluster
   */
  public Future<PastState> at(Moment moment) {
    return latest()
        .compose(
            tail -> {
              long last = tail.image().revision();
              if (moment instanceof Moment.Now) {
                return Future.succeededFuture(
                    new PastState(tail.image(), Optional.of(tail.time()), tail.problems()));
              }
              return moment instanceof Moment.AtRevision(long number) && number > last
                  ? unknown(moment + " has not come yet: the log has come to revision " + last)
                  : past(tail, moment, start(moment, LOOK_BACK), LOOK_BACK);
            });
  }

  private static Start start(Moment moment, long lookBack) {
    return moment instanceof Moment.AtTime(Instant time)
        ? new Start.Around(time, lookBack)
        : new Start.Beginning();
  }

  private Future<PastState> past(StateTail tail, Moment moment, Start start, long lookBack) {
    PastFold fold = new PastFold(tail, moment, topics.history());
    return new HistoryReader(vertx, kafka, topics)
        .read(
            start,
            tail.image().revision(),
            batch -> {
              progress.accept(batch.share());
              return fold.take(batch);
            })
        .compose(
            fromTheFirst -> {
              if (fold.reachesBack(fromTheFirst)) {
                return fold.isComplete() ? Future.succeededFuture(fold.result()) : tooEarly(moment);
              }
              long further = lookBack * LOOK_BACK_FACTOR;
              return fromTheFirst
                  ? tooEarly(moment)
                  : past(tail, moment, start(moment, further), further);
            });
  }

  private <T> Future<T> tooEarly(Moment moment) {
    return latest()
        .compose(
            tail ->
                earliest(tail)
                    .compose(
                        first ->
                            unknown(
                                moment
                                    + " is before what the log still tells: the earliest is "
                                    + first)));
  }

  /** The first moment that can be told, in words. */
  private Future<String> earliest(StateTail tail) {
    long complete = tail.image().head().flatMap(Head::completeSince).orElse(1L);
    List<HistoryEntry> found = new ArrayList<>();
    return new HistoryReader(vertx, kafka, topics)
        .read(
            new Start.Beginning(),
            tail.image().revision(),
            batch -> {
              batch.entries().stream()
                  .filter(entry -> entry.number() >= complete)
                  .findFirst()
                  .ifPresent(found::add);
              return found.isEmpty();
            })
        .map(
            _ ->
                found.stream()
                    .findFirst()
                    .map(entry -> earliest(complete, entry))
                    .orElseGet(() -> earliest(tail.image().revision(), tail.time())));
  }

  /** Before the first record that is still there, only the revision is known and not its time. */
  private static String earliest(long complete, HistoryEntry first) {
    return earliest(
        Math.max(Math.max(complete, first.number() - 1), 1), first.change().revision().time());
  }

  private static String earliest(long revision, Instant time) {
    return "revision " + revision + ", or by time " + time;
  }

  private static <T> Future<T> unknown(String message) {
    return Future.failedFuture(new UnknownMomentException(message));
  }

  /** Reads the state topic to its end. */
  private Future<StateTail> latest() {
    StateTail tail = new StateTail();
    Promise<StateTail> end = Promise.promise();
    AtomicReference<String> lastError = new AtomicReference<>("no answer");
    StateReader reader = new StateReader(vertx, kafka, topics);
    Patience waiting = new Patience(end, lastError);
    reader.exceptionHandler(
        e -> {
          lastError.set(String.valueOf(e.getMessage()));
          if (LogReadException.refused(e)) {
            end.tryFail(e);
          }
        });
    reader.ended().onFailure(end::tryFail);
    reader.start(
        batch -> {
          if (end.future().isComplete()) {
            return;
          }
          tail.take(batch);
          waiting.renew();
          if (batch.atEnd()) {
            end.tryComplete(tail);
          }
        });
    return end.future()
        .eventually(
            () -> {
              waiting.end();
              return reader.close();
            })
        .compose(this::whole);
  }

  private Future<StateTail> whole(StateTail tail) {
    if (tail.image().complete()) {
      return Future.succeededFuture(tail);
    }
    return Future.failedFuture(
        new LogReadException(
            "topic "
                + topics.state()
                + " does not hold the whole cluster (yet): its head is "
                + (tail.image().head().isEmpty() ? "missing" : "not complete")));
  }

  /** Fails a promise when nothing has come for too long. */
  private final class Patience {
    private final Promise<?> promise;
    private final AtomicReference<String> lastError;
    private long timer = NO_TIMER;

    Patience(Promise<?> promise, AtomicReference<String> lastError) {
      this.promise = promise;
      this.lastError = lastError;
      renew();
    }

    void renew() {
      vertx.cancelTimer(timer);
      timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> giveUp());
    }

    void end() {
      vertx.cancelTimer(timer);
    }

    private void giveUp() {
      promise.tryFail(
          new LogReadException(
              "topic %s at %s could not be read to its end within %s s: %s"
                  .formatted(
                      topics.state(), kafka.bootstrapServers(), seconds(), lastError.get())));
    }

    private String seconds() {
      return BigDecimal.valueOf(patience.toMillis(), 3).stripTrailingZeros().toPlainString();
    }
  }
}
