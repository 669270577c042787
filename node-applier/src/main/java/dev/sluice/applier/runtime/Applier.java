package dev.sluice.applier.runtime;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.health.HealthHosts;
import dev.sluice.applier.health.HealthServers;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Work;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.Topics;
import dev.sluice.events.model.ObjectKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log and keeps this node's kernel up to date with it. While the one worker thread
 * writes to the kernel, changes pile up; the next write takes all of them. All fields belong to the
 * verticle's context.
 */
public final class Applier extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  /**
   * What it is told.
   *
   * @param syncPeriod how often the kernel is read back and repaired; also the longest time between
   *     attempts after an error
   * @param minSyncPeriod the least time between two writes; zero: none
   */
  public record Settings(
      KafkaSettings kafka,
      Topics topics,
      String nodeName,
      NodeConfig config,
      Duration syncPeriod,
      Duration minSyncPeriod) {}

  private final Settings settings;
  private final Clock clock;
  private final Reconciler reconciler;
  private final HealthHosts healthHosts;
  private final MeterRegistry registry;
  private final ApplierMetrics metrics;
  private final PendingChanges pending;
  private final Refusals refusals = new Refusals();
  private volatile Progress progress = Progress.start();
  private final Promise<Void> ended = Promise.promise();
  private Optional<StateReader> reader = Optional.empty();
  private Optional<WorkerExecutor> worker = Optional.empty();
  private Optional<ServedHealth> served = Optional.empty();
  private boolean atEnd;
  private boolean started;
  private boolean working;
  private boolean stopping;
  private Future<Outcome> underWay = Future.failedFuture("nothing was written yet");
  private boolean readBackDue;
  private boolean retrySet;
  private int failures;
  private Optional<Instant> notBefore = Optional.empty();

  /**
   * @param backends one a family; used on the worker thread only
   * @param flows ends the flows that the rules would no longer lead where they go; used likewise
   * @param healthHosts where load balancers are told of Services' health; used likewise
   * @param clock tells when things happened, for health and metrics
   */
  public Applier(
      Settings settings,
      List<Backend> backends,
      FlowCleaner flows,
      HealthHosts healthHosts,
      MeterRegistry registry,
      Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.healthHosts = healthHosts;
    this.registry = registry;
    pending = new PendingChanges(settings.nodeName());
    reconciler = new Reconciler(settings.nodeName(), settings.config(), backends, flows);
    metrics = new ApplierMetrics(registry, backends.stream().map(Backend::family).toList());
  }

  /** How far it has come. Any thread. */
  public Progress progress() {
    return progress;
  }

  /** Fails when the log can't be followed any longer; the rules stay as they are. */
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public Future<?> start() {
    WorkerExecutor kernel = vertx.createSharedWorkerExecutor("kernel", 1, 1, TimeUnit.HOURS);
    worker = Optional.of(kernel);
    HealthServers servers = new HealthServers(vertx, this::healthy, registry);
    served = Optional.of(new ServedHealth(settings.nodeName(), servers, healthHosts, kernel));
    StateReader follow = new StateReader(vertx, settings.kafka(), settings.topics());
    reader = Optional.of(follow);
    follow.exceptionHandler(
        e -> LOG.warn("log topic={} error=\"{}\"", settings.topics().state(), e.getMessage()));
    follow.ended().onFailure(ended::tryFail);
    follow.start(this::read);
    vertx.setPeriodic(settings.syncPeriod().toMillis(), _ -> readBackSoon());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    // the rules stay: a node without an applier goes on forwarding
    stopping = true;
    return reader
        .map(StateReader::close)
        .orElse(Future.succeededFuture())
        // a write under way is let finish: cut off, it would leave the kernel in between
        .eventually(() -> underWay)
        .eventually(() -> worker.map(WorkerExecutor::close).orElse(Future.succeededFuture()));
  }

  private void read(StateReader.Batch batch) {
    for (StateReader.Undecodable record : batch.undecodable()) {
      LOG.error(
          "undecodable record topic={} offset={} key={} reason=\"{}\"; the last good state stays",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
    }
    metrics.undecodable(batch.undecodable().size());
    Instant now = clock.instant();
    metrics.read(pending.fold(batch.entries(), now), keys(batch.entries()), now);
    atEnd |= batch.atEnd();
    if (started && progress.pendingSince().isEmpty()) {
      progress = progress.withPendingSince(pending.since());
    }
    progress = progress.withNode(pending.image().node(settings.nodeName()));
    reconcile();
  }

  private static List<ObjectKey> keys(List<StateEntry> entries) {
    return entries.stream()
        .filter(ObjectState.class::isInstance)
        .map(entry -> ((ObjectState) entry).key())
        .toList();
  }

  private void readBackSoon() {
    readBackDue = true;
    reconcile();
  }

  private void reconcile() {
    Optional<String> waitingFor = waitingFor();
    if (!waitingFor.equals(progress.waitingFor())) {
      LOG.info("revision={} {}", pending.image().revision(), waitingFor.orElse("ready to apply"));
      progress = progress.withWaitingFor(waitingFor);
    }
    boolean due = !started || readBackDue || !pending.isEmpty() || failures > 0;
    if (waitingFor.isPresent() || working || stopping || !due || postponed()) {
      return;
    }
    working = true;
    PendingChanges.Batch batch = pending.take();
    Work work = new Work(batch.image(), batch.services(), readBackDue && started);
    readBackDue = false;
    if (!started) {
      progress = progress.withPendingSince(Optional.of(clock.instant()));
    }
    underWay =
        worker
            .orElseThrow()
            .executeBlocking(() -> reconciler.reconcile(work))
            .onComplete(outcome -> done(batch, work.readBack(), outcome));
  }

  /** Why the kernel must not be touched: what is not known yet must not look as if it were gone. */
  private Optional<String> waitingFor() {
    ClusterImage image = pending.image();
    if (started) {
      return Optional.empty();
    } else if (!atEnd) {
      return Optional.of("the log has not been read to its end");
    } else if (!image.complete()) {
      return Optional.of("the log does not hold the whole cluster yet");
    } else if (image.node(settings.nodeName()).isEmpty()) {
      return Optional.of("the log does not have Node/" + settings.nodeName());
    }
    return image.node(settings.nodeName()).flatMap(settings.config()::missing);
  }

  /** Whether it is too early, by --min-sync-period or after an error; comes back by itself then. */
  private boolean postponed() {
    Duration wait =
        notBefore.map(time -> Duration.between(clock.instant(), time)).orElse(Duration.ZERO);
    if (!wait.isPositive()) {
      return false;
    }
    if (!retrySet) {
      retrySet = true;
      vertx.setTimer(Math.max(1, wait.toMillis()), _ -> retry());
    }
    return true;
  }

  private void retry() {
    retrySet = false;
    reconcile();
  }

  private void done(PendingChanges.Batch batch, boolean readBack, AsyncResult<Outcome> future) {
    working = false;
    started = true;
    if (future.succeeded() && future.result().failures().isEmpty()) {
      applied(batch, future.result());
      served.orElseThrow().follow(future.result());
    } else {
      // or else the next pass would find nothing to write, and call that a success
      readBackDue |= readBack;
      failed(batch, future);
    }
    reconcile();
  }

  private void applied(PendingChanges.Batch batch, Outcome outcome) {
    Instant now = clock.instant();
    boolean first = progress.lastUpdated().isEmpty();
    progress = progress.withRefused(refusals.note(outcome));
    metrics.synced(outcome, now);
    if (!first) {
      metrics.inKernel(batch.revisions(), now); // what was replayed is not news
    }
    failures = 0;
    notBefore = Optional.of(now.plus(settings.minSyncPeriod()));
    progress = progress.updated(batch.image().revision(), now, pending.since());
    if (first || !batch.services().isEmpty() || outcome.written().commits() > 0) {
      LOG.info(
          "applied revision={} services={} writes={} objects={}{}",
          batch.image().revision(),
          batch.services().size(),
          outcome.written().commits(),
          outcome.written().objects(),
          first ? " start=true" : publishedToKernel(batch, now));
    }
  }

  private boolean healthy() {
    return progress.healthy(clock.instant(), settings.syncPeriod());
  }

  private static String publishedToKernel(PendingChanges.Batch batch, Instant now) {
    return batch.revisions().stream()
        .map(change -> Duration.between(change.time(), now).toMillis())
        .max(Long::compare)
        .map(millis -> " published_to_kernel_ms=" + millis)
        .orElse("");
  }

  private void failed(PendingChanges.Batch batch, AsyncResult<Outcome> future) {
    String reason;
    if (future.succeeded()) {
      metrics.synced(future.result(), clock.instant());
      reason = future.result().failures().toString();
      LOG.error("failed revision={} reason=\"{}\"", batch.image().revision(), reason);
    } else {
      reason = String.valueOf(future.cause());
      LOG.error("failed revision={}", batch.image().revision(), future.cause());
    }
    pending.putBack(batch);
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, 16));
    notBefore =
        Optional.of(
            clock
                .instant()
                .plus(wait.compareTo(settings.syncPeriod()) < 0 ? wait : settings.syncPeriod()));
    progress = progress.failed(reason, clock.instant());
  }
}
