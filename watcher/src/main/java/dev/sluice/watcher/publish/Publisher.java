package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.log.TooLargeException;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.ClusterSource;
import dev.sluice.watcher.source.SourceEvent;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of a watcher: publishes what a source says. While a transaction runs, events pile up;
 * the next takes all of them, up to a bound. What is published is only ever what was committed.
 *
 * <p>Owned by one Vert.x context. Ends at the first failure of the log; then nothing is known of
 * it, and the next term has to take over and read it again.
 */
public final class Publisher {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  /** The most changes in one transaction. */
  static final int LARGEST_BATCH = 500;

  private static final Duration REFUSED_RETRY = Duration.ofSeconds(1);

  private record Queued(SourceEvent event, long nanoTime) {}

  private final Vertx vertx;
  private final ChangeLog changeLog;
  private final ClusterSource source;
  private final RevisionSequence sequence;
  private final Publishing publishing;
  private final Deque<Queued> queue = new ArrayDeque<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Promise<Void> caughtUp = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private PublishedState published;
  private boolean writing;
  private Future<Void> write = Future.succeededFuture();
  private boolean refused;
  private boolean rechecking;

  /**
   * @param changeLog taken over
   * @param published what was read from it after that
   */
  public Publisher(
      Vertx vertx,
      ChangeLog changeLog,
      ClusterSource source,
      RevisionSequence sequence,
      PublishedState published,
      Publishing publishing) {
    this.vertx = vertx;
    this.changeLog = changeLog;
    this.source = source;
    this.sequence = sequence;
    this.published = published;
    this.publishing = publishing;
  }

  /** Starts the source, and publishes what it says from now on. */
  public void start() {
    publishing.status().enter(Phase.LISTING);
    publishing.status().follow(changeLog::silence);
    publishing.metrics().term(sequence.epoch(), published.image().revision());
    publishing
        .metrics()
        .mode(published.head().flatMap(Head::proxyMode), published.image().servedServices());
    changeLog.lost().onSuccess(lost -> end(new FencedException()));
    changeLog.unreadableHandler(this::replace);
    source.start(this::accept);
  }

  /** Completes when the first snapshot is on the log. */
  public Future<Void> caughtUp() {
    return caughtUp.future();
  }

  /** Fails when the term ends: with a {@link FencedException}, or the log's failure. */
  public Future<Void> ended() {
    return ended.future();
  }

  /**
   * Publishes nothing more.
   *
   * @return completes when nothing is being written any more: what was, is on the log, or has
   *     failed, as it does where another watcher has taken over. Never fails
   */
  public Future<Void> stop() {
    end(new CancellationException("stopped"));
    return write.otherwiseEmpty();
  }

  /** Everything that was committed. */
  public PublishedState published() {
    return published;
  }

  private void accept(SourceEvent event) {
    switch (event) {
      case Problem problem -> publishing.status().problem(problem.where(), problem.reason());
      case ProblemSolved solved -> publishing.status().problemSolved(solved.where());
      case Snapshot _, ObjectSeen _, ObjectGone _ -> {
        queue.add(new Queued(event, System.nanoTime()));
        publishNext();
      }
    }
  }

  private void publishNext() {
    if (writing || ended.future().isComplete() || queue.isEmpty()) {
      return;
    }
    long since = queue.getFirst().nanoTime();
    try {
      Batch batch = nextBatch();
      publishing.metrics().pending(queue.size());
      if (batch.changes().isEmpty() && !headDue(batch)) {
        published(batch);
        return;
      }
      writing = true;
      write = write(batch, 0, since);
      write.onSuccess(done -> published(batch)).onComplete(this::written);
    } catch (StaleSourceException | RuntimeException e) {
      end(e);
    }
  }

  private boolean headDue(Batch batch) {
    return (batch.hasSnapshot() && !caughtUp.future().isComplete())
        || batch.completes(published)
        || published.headUnreadable();
  }

  private void written(AsyncResult<Void> result) {
    writing = false;
    if (result.failed()) {
      end(result.cause());
    } else {
      publishNext();
    }
  }

  /** Something that is not ours stands on the log: what it hides is published anew. */
  private void replace(Set<String> keys) {
    unreadable.addAll(keys);
    source.requestSnapshot();
  }

  private Batch nextBatch() throws StaleSourceException {
    published = published.unreadable(unreadable);
    unreadable.clear();
    Batch batch =
        new Batch(published, sequence, publishing.clock().instant(), publishing.autoMode());
    while (!queue.isEmpty() && batch.changes().size() < LARGEST_BATCH) {
      switch (queue.remove().event()) {
        case Snapshot snapshot -> take(snapshot, batch);
        case ObjectSeen seen when !refused ->
            ChangeDetector.seen(batch.state(), seen.observed())
                .ifPresentOrElse(
                    batch::add, () -> publishing.status().fits(seen.observed().object().key()));
        case ObjectGone gone when !refused ->
            ChangeDetector.gone(batch.state(), gone.key(), gone.resourceVersion())
                .ifPresentOrElse(batch::add, () -> publishing.status().fits(gone.key()));
        // what was refused may have become right with this event
        case ObjectSeen _, ObjectGone _ -> recheck();
        case Problem _, ProblemSolved _ -> throw new IllegalStateException("never queued");
      }
    }
    return batch;
  }

  private void take(Snapshot snapshot, Batch batch) throws StaleSourceException {
    Optional<String> stale = FreshnessGuard.refusal(batch.state(), snapshot);
    if (stale.isPresent()) {
      throw new StaleSourceException(stale.get());
    }
    List<ChangeProposal> changes = ChangeDetector.compare(batch.state(), snapshot);
    Optional<String> refusal = publishing.guard().refusal(batch.state().image(), changes);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    if (refused) {
      log.info("event=refusal-over epoch={}", sequence.epoch());
    }
    refused = false;
    publishing.status().fitAllBut(changes.stream().map(ChangeProposal::key).toList());
    batch.addSnapshot(changes, snapshot.whole());
  }

  private void refuse(String reason) {
    if (!refused) {
      log.error("event=refused epoch={} reason=\"{}\"", sequence.epoch(), reason);
    }
    refused = true;
    publishing.metrics().refused();
    publishing.status().enter(Phase.REFUSED, reason);
  }

  private void recheck() {
    if (!rechecking) {
      rechecking = true;
      vertx.setTimer(
          REFUSED_RETRY.toMillis(),
          id -> {
            rechecking = false;
            if (refused && !ended.future().isComplete()) {
              source.requestSnapshot();
            }
          });
    }
  }

  /** Writes a batch from one index on, a chunk a transaction. */
  private Future<Void> write(Batch batch, int from, long sinceNanoTime) {
    int to = Math.min(from + LARGEST_BATCH, batch.changes().size());
    List<Change> chunk = List.copyOf(batch.changes().subList(from, to));
    Head head = batch.head(to, published);
    return changeLog
        .write(chunk, head, batch.time())
        .onFailure(this::writeFailed)
        .compose(
            done -> {
              committed(chunk, head, sinceNanoTime);
              boolean last = to == batch.changes().size();
              return last ? Future.succeededFuture() : writeOn(batch, to, sinceNanoTime);
            },
            e ->
                e instanceof TooLargeException tooLarge
                    ? writeWithout(tooLarge, batch, from, sinceNanoTime)
                    : Future.failedFuture(e));
  }

  /** What is too large for the log holds back nothing but itself. */
  private Future<Void> writeWithout(
      TooLargeException tooLarge, Batch batch, int from, long sinceNanoTime) {
    tooLarge
        .changes()
        .forEach(
            (change, reason) -> {
              publishing.metrics().tooLarge();
              publishing.status().tooLarge(change.key(), reason);
            });
    Batch rest = batch.rest(from, tooLarge.changes().keySet(), published);
    return rest.changes().isEmpty() && !headDue(rest)
        ? Future.succeededFuture()
        : writeOn(rest, 0, sinceNanoTime);
  }

  /** What comes after the term's end is not ours to write. */
  private Future<Void> writeOn(Batch batch, int from, long sinceNanoTime) {
    return ended.future().isComplete() ? ended.future() : write(batch, from, sinceNanoTime);
  }

  /** Also told when the term is over: what comes too late is refused, and that is worth knowing. */
  private void writeFailed(Throwable reason) {
    boolean fenced = reason instanceof FencedException;
    log.warn(
        "event=write-failed epoch={} fenced={} reason=\"{}\"",
        sequence.epoch(),
        fenced,
        reason.toString());
    if (fenced) {
      publishing.metrics().writeFenced();
    }
  }

  /** A batch is on the log. */
  private void published(Batch batch) {
    if (batch.hasSnapshot()) {
      caughtUp.tryComplete();
    }
    if (caughtUp.future().isComplete() && !refused) {
      boolean complete = published.image().complete();
      publishing.status().enter(complete ? Phase.FOLLOWING : Phase.INCOMPLETE);
    }
  }

  private void committed(List<Change> chunk, Head head, long sinceNanoTime) {
    CommitLog.mode(published.head(), head);
    published = published.after(chunk, head);
    Duration duration = Duration.ofNanos(System.nanoTime() - sinceNanoTime);
    publishing.metrics().committed(chunk, head.revision(), duration);
    publishing.metrics().mode(head.proxyMode(), published.image().servedServices());
    chunk.forEach(change -> publishing.status().fits(change.key()));
    CommitLog.committed(chunk, head, duration);
  }

  private void end(Throwable reason) {
    queue.clear();
    ended.tryFail(reason);
  }
}
