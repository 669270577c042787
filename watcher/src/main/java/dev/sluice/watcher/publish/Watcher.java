package dev.sluice.watcher.publish;

import dev.sluice.watcher.publish.Publisher.Publishing;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.ClusterSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the log and publishes, term after term: any failure ends a term, and the next begins
 * after a delay, with everything read anew. Ends for good when another watcher takes over. Works on
 * one Vert.x context of its own; its methods may be called from any thread.
 */
public final class Watcher {
  private static final Logger log = LoggerFactory.getLogger(Watcher.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private record Term(ChangeLog changeLog, ClusterSource source) {}

  private final Vertx vertx;
  private final Context context;
  private final Supplier<ChangeLog> logs;
  private final Supplier<ClusterSource> sources;
  private final Publishing publishing;
  private final Promise<Void> ended = Promise.promise();
  private Optional<Term> term = Optional.empty();
  private Duration delay = FIRST_DELAY;
  private boolean closed;

  /**
   * @param logs gives a new log for each term
   * @param sources gives a new source for each term
   */
  public Watcher(
      Vertx vertx,
      Supplier<ChangeLog> logs,
      Supplier<ClusterSource> sources,
      Publishing publishing) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.logs = logs;
    this.sources = sources;
    this.publishing = publishing;
  }

  /**
   * Starts. To be called once.
   *
   * @return completes after {@link #close}; fails with a {@link FencedException} when another
   *     watcher has taken over
   */
  public Future<Void> run() {
    context.runOnContext(v -> begin());
    return ended.future();
  }

  /** Ends it. Never fails. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          closed = true;
          publishing.status().enter(Phase.ENDED);
          endTerm().onComplete(ignored -> done.complete());
          done.future().onComplete(ignored -> ended.tryComplete());
        });
    return done.future();
  }

  private void begin() {
    if (closed) {
      return;
    }
    Term next;
    try {
      next = new Term(logs.get(), sources.get());
    } catch (RuntimeException e) {
      failed(e);
      return;
    }
    term = Optional.of(next);
    new Takeover(vertx, next.changeLog(), next.source(), publishing)
        .run()
        .compose(publisher -> follow(next, publisher))
        .onFailure(
            e -> {
              if (isCurrent(next)) {
                failed(e);
              }
            });
  }

  private Future<Void> follow(Term current, Publisher publisher) {
    if (isCurrent(current)) {
      publisher.caughtUp().onSuccess(done -> delay = FIRST_DELAY);
      publisher.start();
    }
    return publisher.ended();
  }

  private boolean isCurrent(Term other) {
    return term.equals(Optional.of(other));
  }

  private void failed(Throwable reason) {
    publishing.metrics().termFailed();
    boolean fenced = reason instanceof FencedException;
    publishing.status().enter(fenced ? Phase.ENDED : Phase.TAKING_OVER, reason.toString());
    log.error(
        "event=term-ended fenced={} retry_millis={} reason=\"{}\"",
        fenced,
        fenced ? 0 : delay.toMillis(),
        reason.toString());
    endTerm()
        .onComplete(
            done -> {
              if (fenced) {
                ended.tryFail(reason);
              } else if (!closed) {
                vertx.setTimer(delay.toMillis(), id -> begin());
                delay = min(delay.multipliedBy(2), LONGEST_DELAY);
              }
            });
  }

  private Future<Void> endTerm() {
    Optional<Term> ending = term;
    term = Optional.empty();
    publishing.status().follow(Optional::empty);
    return ending
        .map(old -> Future.join(old.source().close(), old.changeLog().close()).<Void>mapEmpty())
        .orElseGet(Future::succeededFuture)
        .onComplete(done -> publishing.status().forgetProblems());
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
