package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A log in memory for many terms, with faults on demand. Thread-safe. */
final class MemoryLog {
  /** One transaction. */
  record Transaction(List<Change> changes, Head head) {}

  private final Vertx vertx;
  private final List<Transaction> transactions = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private PublishedState state = PublishedState.EMPTY;
  private Optional<Promise<Void>> held = Optional.empty();
  private final Promise<Void> lost = Promise.promise();
  private volatile Duration silence = Duration.ZERO;
  private int owner;
  private int terms;
  private int failures;
  private boolean commitBeforeFailing;

  MemoryLog(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The log as the next term sees it. */
  synchronized ChangeLog open() {
    terms++;
    return new Term(terms);
  }

  /** The next so many writes fail. */
  synchronized void failWrites(int times, boolean butCommit) {
    failures = times;
    commitBeforeFailing = butCommit;
  }

  /** Writes wait until the promise is completed. */
  synchronized Promise<Void> holdWrites() {
    Promise<Void> promise = Promise.promise();
    held = Optional.of(promise);
    return promise;
  }

  /** Another watcher takes over, and has written nothing yet. */
  synchronized void fence() {
    owner = -1;
  }

  void hasBeenSilentFor(Duration duration) {
    silence = duration;
  }

  /** Another watcher has taken over and written. */
  synchronized void supersede() {
    owner = -1;
    lost.complete();
  }

  synchronized List<Transaction> transactions() {
    return List.copyOf(transactions);
  }

  synchronized PublishedState state() {
    return state;
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized void called(String call) {
    calls.add(call);
  }

  synchronized void set(PublishedState newState) {
    state = newState;
  }

  private synchronized Future<Void> write(int term, List<Change> changes, Head head) {
    if (owner != term) {
      return Future.failedFuture(new FencedException(new IllegalStateException("fenced")));
    }
    boolean fails = failures > 0;
    if (fails) {
      failures--;
    }
    if (!fails || commitBeforeFailing) {
      transactions.add(new Transaction(changes, head));
      state = state.after(changes, head);
    }
    return fails ? Future.failedFuture("the broker is away") : Future.succeededFuture();
  }

  private final class Term implements ChangeLog {
    private final int number;

    Term(int number) {
      this.number = number;
    }

    @Override
    public Future<Void> prepare() {
      called("prepare");
      return vertx.timer(1).mapEmpty();
    }

    @Override
    public Future<PublishedState> read() {
      called("read");
      return vertx.timer(1).map(ignored -> state());
    }

    @Override
    public Future<Void> takeOver() {
      called("takeOver");
      synchronized (MemoryLog.this) {
        owner = number;
      }
      return vertx.timer(1).mapEmpty();
    }

    @Override
    public Future<Void> write(List<Change> changes, Head head, Instant time) {
      called("write " + changes.size());
      Future<?> before;
      synchronized (MemoryLog.this) {
        before = held.<Future<?>>map(Promise::future).orElseGet(() -> vertx.timer(1));
      }
      return before.compose(ready -> MemoryLog.this.write(number, changes, head));
    }

    @Override
    public Optional<Duration> silence() {
      return Optional.of(silence);
    }

    @Override
    public Future<Void> lost() {
      return lost.future();
    }

    @Override
    public Future<Void> close() {
      called("close");
      return Future.succeededFuture();
    }
  }
}
