package dev.sluice.applier.runtime;

import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.applier.checkpoint.CheckpointUse;
import dev.sluice.applier.checkpoint.CheckpointUse.Foreign;
import dev.sluice.applier.checkpoint.CheckpointUse.Replay;
import dev.sluice.applier.checkpoint.CheckpointUse.Resume;
import dev.sluice.applier.checkpoint.Refusal;
import dev.sluice.events.log.Backoff;
import dev.sluice.events.log.LogFacts;
import dev.sluice.events.log.LogReadException;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.StateReader.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log on from a checkpoint, or from its beginning; and from its beginning again where
 * what is known can't be gone on from: the log is another one, has lost what follows, or may have
 * forgotten deletions meanwhile. For the applier's context.
 */
final class LogFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);

  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(30);

  private final ApplierSettings settings;
  private final Vertx vertx;
  private final Clock clock;
  private final PendingChanges pending;
  private final CheckpointKeeper checkpoints;
  private final CheckpointMetrics metrics;
  private final Listener listener;
  private final Promise<Void> ended = Promise.promise();
  private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private Optional<About> base = Optional.empty();
  private Optional<LogFacts> facts = Optional.empty();
  private Optional<StateReader> reader = Optional.empty();
  private Optional<Instant> caughtUp = Optional.empty();
  private Optional<String> start = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private Optional<String> error = Optional.empty();
  private Instant moved = Instant.EPOCH;
  private Instant checked = Instant.EPOCH;
  private boolean fallBack;
  private Duration patience = Duration.ZERO;
  private boolean atEnd;
  private boolean silent;
  private boolean closed;

  /** Is told what becomes of reading. */
  interface Listener {
    /** That was read, in the order of the log. */
    void read(Batch batch);

    /** What follows is read from the log's beginning. */
    void anew();
  }

  /**
   * @param pending what is read goes there, by the listener
   */
  LogFollower(
      ApplierSettings settings,
      Vertx vertx,
      Clock clock,
      PendingChanges pending,
      CheckpointKeeper checkpoints,
      CheckpointMetrics metrics,
      Listener listener) {
    this.settings = settings;
    this.vertx = vertx;
    this.clock = clock;
    this.pending = pending;
    this.checkpoints = checkpoints;
    this.metrics = metrics;
    this.listener = listener;
  }

  /**
   * Starts.
   *
   * @param from the checkpoint that is in {@code pending}; empty where there is none
   * @param refused why there is none, where there was one
   */
  void start(Optional<About> from, Optional<String> refused) {
    base = from;
    fallBack = from.isPresent();
    patience = from.map(settings.checkpoint()::patienceWith).orElse(Duration.ZERO);
    caughtUp = from.map(About::caughtUp);
    start = refused.map(why -> "from the log's beginning: " + why);
    moved = clock.instant();
    ask();
  }

  /** Fails when the log can't be followed any longer. */
  Future<Void> ended() {
    return ended.future();
  }

  /**
   * Whether what is known may be written to the kernel: it is all of the log, or Kafka keeps us
   * waiting and there is a checkpoint.
   */
  boolean mayWrite() {
    return (atEnd && !pending.replaying())
        || (fallBack && Duration.between(moved, clock.instant()).compareTo(patience) >= 0);
  }

  /** Whether all that stood on the log when reading began has been read. */
  boolean atEnd() {
    return atEnd;
  }

  /** When the log had nothing more than what is known; empty for never. */
  Optional<Instant> caughtUp() {
    return caughtUp;
  }

  /** What went wrong since something was read last; empty for nothing. */
  Optional<String> error() {
    return error;
  }

  /** How things stand. */
  LogStatus status() {
    return new LogStatus(stale(), caughtUp, start, checkpoints.error());
  }

  private Optional<String> stale() {
    if (problem.isPresent()) {
      return problem.map(error -> "the log can't be read: " + error);
    } else if (silent) {
      return Optional.of("Kafka does not answer");
    }
    return atEnd && !pending.replaying()
        ? Optional.empty()
        : Optional.of("the log has not been read to its end");
  }

  /** Where the batch just delivered ends. */
  Place place(Batch batch) {
    return new Place(facts.orElseThrow().identity(), batch.position(), caughtUpHere());
  }

  /**
   * When the log had nothing more than was delivered; not known while it is read from the start.
   */
  private Optional<Instant> caughtUpHere() {
    return reader.flatMap(StateReader::caughtUp).or(() -> base.map(About::caughtUp));
  }

  /** Time has passed; to be called every second or so. */
  void tick() {
    Optional<Duration> silence = reader.flatMap(StateReader::silence);
    boolean now = silence.filter(time -> time.compareTo(SILENCE_LIMIT) > 0).isPresent();
    boolean back = silent && !now;
    silent = now;
    if (atEnd && !pending.replaying()) {
      caughtUp = caughtUpHere();
    }
    Optional<String> cutOff = cutOff();
    if (cutOff.isPresent()) {
      again(Refusal.OLD, cutOff.orElseThrow());
    } else if (back) {
      check();
    }
  }

  private void ask() {
    if (closed) {
      return;
    }
    LogFacts.read(vertx, settings.kafka(), settings.topics().state())
        .onSuccess(this::open)
        .onFailure(
            e -> {
              if (!closed) {
                problem = Optional.of(String.valueOf(e.getMessage()));
                warn(e);
                vertx.setTimer(backoff.next().toMillis(), _ -> ask());
              }
            });
  }

  /** It is tried again; until then whoever asks why nothing comes is told. */
  private void warn(Throwable e) {
    error = Optional.ofNullable(e.getMessage());
    LOG.warn("log topic={} error=\"{}\"", settings.topics().state(), e.getMessage());
  }

  private void open(LogFacts found) {
    if (closed) {
      return;
    }
    backoff.reset();
    problem = Optional.empty();
    facts = Optional.of(found);
    StateReader next = new StateReader(vertx, settings.kafka(), settings.topics());
    reader = Optional.of(next);
    offset(found).ifPresent(next::from);
    next.exceptionHandler(this::warn);
    next.ended().onFailure(e -> ended(next, e));
    next.start(
        batch -> {
          if (isCurrent(next)) {
            read(batch);
          }
        });
  }

  private boolean isCurrent(StateReader one) {
    return !closed && reader.filter(current -> current == one).isPresent();
  }

  /** Where to read on; empty: from the beginning. */
  private Optional<Long> offset(LogFacts found) {
    if (base.isEmpty()) {
      return Optional.empty();
    }
    About about = base.orElseThrow();
    CheckpointUse use =
        CheckpointUse.of(about, found, settings.checkpoint().program(), clock.instant());
    switch (use) {
      case Resume() -> {
        start = Optional.of("from the checkpoint of revision " + about.revision());
        LOG.info(
            "checkpoint revision={} offset={} caught_up={} resumed",
            about.revision(),
            about.offset(),
            about.caughtUp());
        return Optional.of(about.offset());
      }
      case Replay(Refusal refusal, String why) -> {
        refuse(refusal, why);
        pending.beginAgain();
        listener.anew();
      }
      case Foreign(Refusal refusal, String why) -> {
        refuse(refusal, why);
        forget();
      }
    }
    base = Optional.empty();
    return Optional.empty();
  }

  private void refuse(Refusal refusal, String why) {
    start = Optional.of("from the log's beginning: the checkpoint was refused, " + why);
    checkpoints.refused(refusal, why);
  }

  private void forget() {
    pending.forget();
    listener.anew();
    fallBack &= pending.replaying();
    caughtUp = caughtUp.filter(_ -> fallBack);
  }

  private void read(Batch batch) {
    moved = clock.instant();
    error = Optional.empty();
    if (goingOn()) {
      Optional<String> cutOff = cutOff();
      if (cutOff.isPresent()) {
        again(Refusal.OLD, cutOff.orElseThrow());
        return;
      }
      Continuity continuity = Continuity.of(pending.image(), batch.entries());
      if (continuity.broken().isPresent()) {
        again(Refusal.REVISION, continuity.broken().orElseThrow());
        return;
      } else if (continuity.gap()) {
        check();
      }
    }
    atEnd |= batch.atEnd();
    listener.read(batch);
  }

  /** Whether what is read goes on from what is known. */
  private boolean goingOn() {
    return !pending.replaying() && (atEnd || base.isPresent());
  }

  /** Why what is known can't be gone on from; empty if it can. */
  private Optional<String> cutOff() {
    if (facts.isEmpty() || !goingOn()) {
      return Optional.empty();
    }
    Duration limit = CheckpointUse.longestAbsence(facts.orElseThrow());
    return caughtUpHere()
        .filter(time -> Duration.between(time, clock.instant()).compareTo(limit) > 0)
        .map(
            time ->
                "all of the log was last known at %s, and deletions of more than %s ago may be forgotten"
                    .formatted(time, limit));
  }

  /** Asks whether the log is still the same. */
  private void check() {
    Instant now = clock.instant();
    if (now.isBefore(checked.plus(BETWEEN_CHECKS)) && !now.isBefore(checked)) {
      return;
    }
    checked = now;
    Optional<StateReader> asking = reader;
    LogFacts.read(vertx, settings.kafka(), settings.topics().state())
        .onFailure(this::warn)
        .onSuccess(
            found -> {
              if (closed || !reader.equals(asking)) {
                return;
              }
              boolean same = facts.filter(f -> f.identity().equals(found.identity())).isPresent();
              facts = same ? Optional.of(found) : facts;
              if (!same) {
                again(Refusal.LOG, "the topic was created anew, or Kafka's cluster is another one");
              }
            });
  }

  private void ended(StateReader one, Throwable reason) {
    if (!isCurrent(one)) {
      return;
    }
    if (reason instanceof LogReadException) {
      again(Refusal.OFFSET, String.valueOf(reason.getMessage()));
    } else {
      ended.tryFail(reason);
    }
  }

  /** Reads the log from its beginning; until its end, what is known stays. */
  private void again(Refusal refusal, String why) {
    if (base.isPresent() && !atEnd) {
      refuse(refusal, why);
    } else {
      LOG.warn(
          "log topic={} refused={} reason=\"{}\"; it is read from its beginning",
          settings.topics().state(),
          refusal,
          why);
      metrics.replays(refusal);
    }
    reader.ifPresent(StateReader::close);
    reader = Optional.empty();
    facts = Optional.empty();
    base = Optional.empty();
    atEnd = false;
    silent = false;
    moved = clock.instant();
    if (refusal == Refusal.REVISION || refusal == Refusal.LOG) {
      forget();
    } else {
      pending.beginAgain();
      listener.anew();
    }
    vertx.setTimer(backoff.next().toMillis(), _ -> ask());
  }

  /** Stops; within about two seconds. */
  Future<Void> close() {
    closed = true;
    return reader.map(StateReader::close).orElseGet(Future::succeededFuture);
  }
}
