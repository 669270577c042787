package dev.sluice.watcher.publish;

import dev.sluice.watcher.lease.Candidacy;
import dev.sluice.watcher.lease.Election;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.ClusterSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the log and publishes, term after term, while it is elected: any failure ends a term,
 * and the next begins after a delay, with everything read anew.
 *
 * <p>Where there is an election, a watcher that another one took over from, or whose term failed
 * before the cluster was published, gives way and stands again. Without one it ends for good when
 * another watcher takes over. Works on one Vert.x context of its own; its methods may be called
 * from any thread.
 */
public final class Watcher {
  private static final Logger log = LoggerFactory.getLogger(Watcher.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  /** How long a write that is under way may take to end by itself, when the term ends. */
  private static final Duration LAST_WRITE = Duration.ofSeconds(1);

  private record Term(ChangeLog changeLog, ClusterSource source) {}

  private final Vertx vertx;
  private final Context context;
  private final Election election;
  private final Supplier<ChangeLog> logs;
  private final Supplier<ClusterSource> sources;
  private final Publishing publishing;
  private final Promise<Void> ended = Promise.promise();
  private Optional<Candidacy> candidacy = Optional.empty();
  private Optional<Term> term = Optional.empty();
  private Optional<Publisher> publisher = Optional.empty();
  private boolean caughtUp;
  private Duration delay = FIRST_DELAY;
  private boolean closed;

  /**
   * @param election whose winner takes over the log
   * @param logs gives a new log for each term
   * @param sources gives a new source for each term
   */
  public Watcher(
      Vertx vertx,
      Election election,
      Supplier<ChangeLog> logs,
      Supplier<ClusterSource> sources,
      Publishing publishing) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.election = election;
    this.logs = logs;
    this.sources = sources;
    this.publishing = publishing;
  }

  /**
   * Starts. To be called once.
   *
   * @return completes after {@link #close}; fails with a {@link FencedException} when another
   *     watcher has taken over and there is no election
   */
  public Future<Void> run() {
    context.runOnContext(v -> stand());
    return ended.future();
  }

  /** Ends it, and then lets another one lead. Never fails. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          closed = true;
          publishing.status().enter(Phase.ENDED);
          endTerm().eventually(this::withdraw).onComplete(ignored -> done.complete());
          done.future().onComplete(ignored -> ended.tryComplete());
        });
    return done.future();
  }

  private void stand() {
    if (closed) {
      return;
    }
    Candidacy next = election.stand();
    candidacy = Optional.of(next);
    publishing.status().standBy(election);
    next.won()
        .onSuccess(
            won -> {
              if (isCurrent(next)) {
                publishing.metrics().elected(election.contested());
                begin(next);
              }
            });
    next.lost()
        .onSuccess(
            lost -> {
              if (isCurrent(next)) {
                lost();
              }
            });
  }

  private void lost() {
    log.error("event=leadership-lost leader=\"{}\"", election.leader().orElse(""));
    publishing.metrics().elected(false);
    publishing.metrics().leadershipLost();
    publishing.status().standBy(election);
    giveWay(Duration.ofMillis(1));
  }

  /** Ends the term and the candidacy, and stands again later. */
  private void giveWay(Duration pause) {
    endTerm()
        .eventually(this::withdraw)
        .onComplete(done -> vertx.setTimer(pause.toMillis(), id -> stand()));
  }

  private Future<Void> withdraw() {
    Optional<Candidacy> ending = candidacy;
    candidacy = Optional.empty();
    publishing.metrics().elected(false);
    return ending.map(Candidacy::withdraw).orElseGet(Future::succeededFuture);
  }

  private void begin(Candidacy elected) {
    if (closed || !isCurrent(elected)) {
      return;
    }
    caughtUp = false;
    publishing.status().takingOver();
    Term next;
    try {
      next = new Term(logs.get(), sources.get());
    } catch (RuntimeException e) {
      failed(elected, e);
      return;
    }
    term = Optional.of(next);
    new Takeover(vertx, next.changeLog(), next.source(), publishing)
        .run()
        .compose(started -> follow(next, started))
        .onFailure(
            e -> {
              if (isCurrent(next)) {
                failed(elected, e);
              }
            });
  }

  private Future<Void> follow(Term current, Publisher started) {
    if (isCurrent(current)) {
      publisher = Optional.of(started);
      started
          .caughtUp()
          .onSuccess(
              done -> {
                caughtUp = true;
                delay = FIRST_DELAY;
              });
      started.start();
    }
    return started.ended();
  }

  private boolean isCurrent(Term other) {
    return term.equals(Optional.of(other));
  }

  private boolean isCurrent(Candidacy other) {
    return candidacy.equals(Optional.of(other));
  }

  private void failed(Candidacy elected, Throwable reason) {
    boolean fenced = reason instanceof FencedException;
    boolean over = fenced && !election.contested();
    boolean givesWay = election.contested() && (fenced || !caughtUp);
    Duration pause = delay;
    delay = min(delay.multipliedBy(2), LONGEST_DELAY);
    publishing.metrics().termFailed();
    publishing.status().enter(over ? Phase.ENDED : Phase.TAKING_OVER, reason.toString());
    log.error(
        "event=term-ended fenced={} gives_way={} retry_millis={} reason=\"{}\"",
        fenced,
        givesWay,
        over ? 0 : pause.toMillis(),
        reason.toString());
    if (givesWay) {
      giveWay(pause);
      return;
    }
    endTerm()
        .onComplete(
            done -> {
              if (over) {
                ended.tryFail(reason);
              } else {
                vertx.setTimer(pause.toMillis(), id -> begin(elected));
              }
            });
  }

  private Future<Void> endTerm() {
    Optional<Term> ending = term;
    Optional<Publisher> stopping = publisher;
    term = Optional.empty(); // first, so that the publisher's end is not taken for a failure
    publisher = Optional.empty();
    Future<Void> stopped = stopping.map(Publisher::stop).orElseGet(Future::succeededFuture);
    publishing.metrics().termEnded();
    publishing.status().follow(Optional::empty);
    return stopped
        .timeout(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS)
        .eventually(() -> ending.map(Watcher::close).orElseGet(Future::succeededFuture))
        .onComplete(done -> publishing.status().forgetProblems());
  }

  private static Future<Void> close(Term ending) {
    return Future.join(ending.source().close(), ending.changeLog().close()).mapEmpty();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
