package dev.sluice.applier.runtime;

import dev.sluice.applier.checkpoint.Checkpoint;
import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.applier.checkpoint.CheckpointCodec;
import dev.sluice.applier.checkpoint.CheckpointRefusedException;
import dev.sluice.applier.checkpoint.CheckpointStore;
import dev.sluice.applier.checkpoint.CheckpointUse;
import dev.sluice.applier.checkpoint.Refusal;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.StateReader.Undecodable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the checkpoint near what the kernel has accepted. It is encoded and written on a thread of
 * its own, so that no change waits for it, and no more often than it is cheap: it may lag, as the
 * log has the rest. For the applier's context.
 */
final class CheckpointKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Of the time of one processor, writing takes one part in so many at most. */
  private static final int SHARE = 50;

  /** So old may it get while nothing changes. */
  private static final Duration REFRESH = Duration.ofMinutes(5);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final ApplierSettings settings;
  private final CheckpointMetrics metrics;
  private final Clock clock;
  private final Vertx vertx;
  private final Optional<CheckpointStore> store;
  private final CheckpointCodec codec = new CheckpointCodec();
  private final Wakeup wakeup;
  private final WorkerExecutor writer;
  private Optional<Checkpoint> accepted = Optional.empty();
  private Optional<About> written = Optional.empty();
  private Optional<String> error = Optional.empty();
  private Instant notBefore = Instant.EPOCH;
  private Future<?> underWay = Future.succeededFuture();
  private boolean writing;
  private boolean told;
  private boolean closed;

  CheckpointKeeper(ApplierSettings settings, Vertx vertx, CheckpointMetrics metrics, Clock clock) {
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    this.vertx = vertx;
    store = settings.checkpoint().folder().map(CheckpointStore::new);
    wakeup = new Wakeup(vertx, clock, this::look);
    writer =
        vertx.createSharedWorkerExecutor(
            "checkpoint-" + settings.nodeName(), 1, 1, TimeUnit.MINUTES);
  }

  /** What was read from the file, and why it is of no use where it is of none. */
  record Loaded(Optional<Checkpoint> checkpoint, Optional<String> refused) {
    private static final Loaded NOTHING = new Loaded(Optional.empty(), Optional.empty());
  }

  /** Reads what is there; never fails. */
  Future<Loaded> load() {
    return store
        .map(
            from ->
                writer.executeBlocking(() -> read(from)).map(this::loaded).recover(this::refuse))
        .orElseGet(() -> Future.succeededFuture(Loaded.NOTHING));
  }

  private record Read(Checkpoint checkpoint, int bytes) {}

  private Optional<Read> read(CheckpointStore from) throws IOException, CheckpointRefusedException {
    Optional<byte[]> bytes = from.read();
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Checkpoint checkpoint = codec.decode(bytes.get());
    CheckpointUse.checkOwn(checkpoint.about(), settings.nodeName(), settings.topics().state());
    return Optional.of(new Read(checkpoint, bytes.get().length));
  }

  private Loaded loaded(Optional<Read> read) {
    read.ifPresent(
        found -> {
          About about = found.checkpoint().about();
          written = Optional.of(about);
          metrics.file(about.revision(), found.bytes(), about.caughtUp());
        });
    return new Loaded(read.map(Read::checkpoint), Optional.empty());
  }

  private Future<Loaded> refuse(Throwable reason) {
    Refusal refusal =
        reason instanceof CheckpointRefusedException refused ? refused.refusal() : Refusal.CORRUPT;
    String why = String.valueOf(reason.getMessage());
    refused(refusal, why);
    return Future.succeededFuture(new Loaded(Optional.empty(), Optional.of(why)));
  }

  /** The checkpoint is not resumed. */
  void refused(Refusal refusal, String why) {
    metrics.refused(refusal);
    LOG.warn(
        "checkpoint file={} refused={} reason=\"{}\"; the log is read from its beginning",
        store.map(CheckpointStore::file).orElseThrow(),
        refusal,
        why);
  }

  /** Why the last write failed; empty if it did not. */
  Optional<String> error() {
    return error;
  }

  /**
   * The kernel has accepted that; to be called again when more is known of when it was all.
   *
   * @param undecodable records that stand, from the same log
   */
  void accepted(ClusterImage image, Place place, Collection<Undecodable> undecodable) {
    if (store.isEmpty() || place.caughtUp().isEmpty()) {
      return;
    }
    About about =
        new About(
            settings.nodeName(),
            settings.checkpoint().program(),
            settings.checkpoint().boot(),
            settings.topics().state(),
            place.log(),
            place.offset(),
            place.caughtUp().orElseThrow(),
            undecodable.stream().filter(record -> record.offset() < place.offset()).toList(),
            image.revision(),
            image.head());
    accepted = Optional.of(new Checkpoint(about, image));
    look();
  }

  private void look() {
    if (closed || writing || accepted.isEmpty()) {
      return;
    }
    Checkpoint checkpoint = accepted.orElseThrow();
    Instant due = due(checkpoint.about());
    if (due.isAfter(clock.instant())) {
      wakeup.at(Optional.of(due));
    } else {
      write(checkpoint);
    }
  }

  private Instant due(About about) {
    boolean news = written.filter(before -> sameBut(before, about)).isEmpty();
    Instant refresh = written.map(before -> before.caughtUp().plus(REFRESH)).orElse(Instant.EPOCH);
    return news || refresh.isBefore(notBefore) ? notBefore : refresh;
  }

  /** Whether the second says nothing new but that time has passed. */
  private static boolean sameBut(About one, About other) {
    return one.log().equals(other.log())
        && one.program().equals(other.program())
        && one.boot().equals(other.boot())
        && one.offset() == other.offset()
        && one.revision() == other.revision()
        && one.head().equals(other.head())
        && one.undecodable().equals(other.undecodable());
  }

  /**
   * What a write came to.
   *
   * @param took by the clock
   * @param cost of the time of one processor
   */
  private record Wrote(int bytes, Duration took, Duration cost) {}

  private void write(Checkpoint checkpoint) {
    writing = true;
    wakeup.at(Optional.empty());
    Future<Wrote> result =
        writer.executeBlocking(
            () -> {
              long start = System.nanoTime();
              long startCpu = THREADS.getCurrentThreadCpuTime();
              byte[] bytes = codec.encode(checkpoint);
              store.orElseThrow().write(bytes);
              return new Wrote(
                  bytes.length,
                  Duration.ofNanos(System.nanoTime() - start),
                  Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - startCpu));
            });
    underWay = result.onComplete(done -> done(checkpoint.about(), done));
  }

  private void done(About about, AsyncResult<Wrote> result) {
    writing = false;
    Duration pause = settings.checkpoint().interval();
    if (result.succeeded()) {
      written = Optional.of(about);
      Duration cost = result.result().cost().multipliedBy(SHARE);
      pause = cost.compareTo(pause) > 0 ? cost : pause;
      metrics.written(result.result().took());
      metrics.file(about.revision(), result.result().bytes(), about.caughtUp());
      if (error.isPresent() || !told) {
        told = true;
        LOG.info(
            "checkpoint revision={} bytes={} ms={} written",
            about.revision(),
            result.result().bytes(),
            result.result().took().toMillis());
      }
      error = Optional.empty();
    } else {
      metrics.failed();
      Optional<String> reason = Optional.of(String.valueOf(result.cause()));
      if (!error.equals(reason)) {
        LOG.warn(
            "checkpoint revision={} error=\"{}\"; the one before stays, and forwarding goes on",
            about.revision(),
            result.cause().toString());
      }
      error = reason;
    }
    notBefore = clock.instant().plus(pause);
    look();
  }

  /** Writes what is new, and closes; within a second. */
  Future<Void> close() {
    closed = true;
    wakeup.at(Optional.empty());
    Future<?> last =
        underWay
            .otherwiseEmpty()
            .compose(
                _ -> {
                  accepted
                      .filter(c -> written.filter(w -> sameBut(w, c.about())).isEmpty())
                      .ifPresent(this::write);
                  return underWay;
                });
    Future<Void> late = vertx.timer(CLOSE_LIMIT.toMillis()).mapEmpty();
    return Future.any(last.<Void>mapEmpty().otherwiseEmpty(), late)
        .transform(_ -> writer.close())
        .otherwiseEmpty();
  }
}
