package dev.sluice.applier.runtime;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.health.HealthHosts;
import dev.sluice.applier.health.HealthServers;
import dev.sluice.applier.runtime.Reconciler.ModeReport;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Ticked;
import dev.sluice.applier.runtime.Reconciler.Work;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterImage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the log and keeps this node's kernel up to date with it. While the one worker thread
 * writes to the kernel, changes pile up; the next write takes all of them. All fields belong to the
 * verticle's context.
 */
public final class Applier extends VerticleBase {
  /** How often is looked whether the log still answers. */
  private static final long LOOK_MILLIS = 1000;

  private final ApplierSettings settings;
  private final Clock clock;
  private final Reconciler reconciler;
  private final HealthHosts healthHosts;
  private final MeterRegistry registry;
  private final ApplierMetrics metrics;
  private final Account account;
  private final Readiness readiness;
  private final PendingChanges pending;
  private final ModeWatch modes;
  private final Schedule schedule;
  private final Promise<Void> ended = Promise.promise();
  private final FlowCleaner flows;
  private Optional<Replica> replica = Optional.empty();
  private Optional<WorkerExecutor> worker = Optional.empty();
  private Optional<ServedHealth> served = Optional.empty();
  private Optional<Wakeup> wakeup = Optional.empty();
  private Optional<Reporter> reporter = Optional.empty();
  private Consumer<ClusterImage> firstApplied = _ -> {};
  private Optional<DriftWatch> drift = Optional.empty();
  private boolean started;
  private boolean working;
  private boolean stopping;
  private Future<?> underWay = Future.succeededFuture();
  private boolean readBackDue;

  /**
   * @param backends of each mode; used on the worker thread only
   * @param flows ends the flows that the rules would no longer lead where they go; used likewise
   * @param healthHosts where load balancers are told of Services' health; used likewise
   * @param clock tells when things happened, for health and metrics
   */
  public Applier(
      ApplierSettings settings,
      ModeBackends backends,
      FlowCleaner flows,
      HealthHosts healthHosts,
      MeterRegistry registry,
      Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.healthHosts = healthHosts;
    this.registry = registry;
    readiness = new Readiness(settings.nodeName(), settings.config());
    pending = new PendingChanges(settings.nodeName());
    reconciler = new Reconciler(settings.nodeName(), settings.config(), backends, flows, clock);
    this.flows = flows;
    metrics = new ApplierMetrics(registry, backends.families());
    account = new Account(settings.syncPeriod(), metrics, registry, clock);
    modes = new ModeWatch(settings.mode(), backends.abilities(), registry);
    schedule = new Schedule(settings.minSyncPeriod(), settings.syncPeriod());
  }

  /** How far it has come. Any thread. */
  public Progress progress() {
    return account.progress();
  }

  /** How far the kernel is behind, for health pages. Any thread. */
  public Map<String, Object> lag() {
    return account.lag();
  }

  /** Sets who is told of the cluster, once, when it has been applied; before it is deployed. */
  public void whenApplied(Consumer<ClusterImage> listener) {
    firstApplied = listener;
  }

  /** Fails when the log can't be followed any longer; the rules stay as they are. */
  public Future<Void> ended() {
    return ended.future();
  }

  @Override
  public Future<?> start() {
    WorkerExecutor kernel =
        vertx.createSharedWorkerExecutor("kernel-" + settings.nodeName(), 1, 1, TimeUnit.HOURS);
    worker = Optional.of(kernel);
    HealthServers servers = new HealthServers(vertx, account::healthy, registry);
    served = Optional.of(new ServedHealth(settings.nodeName(), servers, healthHosts, kernel));
    wakeup = Optional.of(new Wakeup(vertx, clock, this::reconcile));
    drift =
        Optional.of(
            new DriftWatch(
                vertx,
                settings.nodeName(),
                settings.syncPeriod(),
                clock,
                this::readBackSoon,
                metrics));
    drift.get().watch(kernel, reconciler::flushed);
    Reporter reports = Reporter.of(settings, vertx, account::nodeHealth, registry, clock);
    account.reportBy(reports);
    reporter = Optional.of(reports);
    Replica known = new Replica(settings, vertx, pending, metrics, registry, clock, new FromLog());
    replica = Optional.of(known);
    known.start().onFailure(ended::tryFail);
    vertx.setPeriodic(settings.syncPeriod().toMillis(), _ -> readBackSoon());
    vertx.setPeriodic(LOOK_MILLIS, _ -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    // the rules stay: a node without an applier goes on forwarding
    stopping = true;
    reconciler.stopSoon();
    drift.ifPresent(DriftWatch::stopSoon);
    return replica
        .map(Replica::stopReading)
        .orElse(Future.succeededFuture())
        // a write under way is let finish: cut off, it would leave the kernel in between
        .eventually(() -> underWay)
        .eventually(() -> replica.map(Replica::close).orElse(Future.succeededFuture()))
        .eventually(() -> reporter.map(Reporter::leave).orElse(Future.succeededFuture()))
        .eventually(() -> drift.<Future<?>>map(DriftWatch::close).orElse(Future.succeededFuture()))
        .eventually(() -> worker.map(this::close).orElse(Future.succeededFuture()));
  }

  private Future<?> close(WorkerExecutor kernel) {
    return kernel.executeBlocking(Executors.callable(reconciler::close)).eventually(kernel::close);
  }

  /** What comes from the log and the checkpoint. */
  private final class FromLog implements Replica.Listener {
    @Override
    public void beganWith(ClusterImage image) {
      // of Services that are gone by now, the kernel may still have flows
      worker
          .orElseThrow()
          .executeBlocking(
              Executors.callable(() -> flows.before(UdpServers.of(settings.nodeName(), image))));
    }

    @Override
    public void read(List<StateEntry> entries) {
      account.read(entries, pending);
      noteLog();
      if (started) {
        account.waitsSince(pending.since());
      }
      reconcile();
    }
  }

  /** Looks how things stand with the log: a checkpoint may be all there is. */
  private void look() {
    noteLog();
    if (!started && !working) {
      reconcile();
    } else {
      accept();
    }
  }

  private void noteLog() {
    account.log(replica.orElseThrow(), settings.nodeName(), pending.image(), started);
  }

  /** Where the kernel has all that is known, it may be checkpointed, and since when it is all. */
  private void accept() {
    if (started && !working && !schedule.retrying()) {
      replica.orElseThrow().acceptedAll();
    }
  }

  private void readBackSoon() {
    readBackDue = true;
    reconcile();
  }

  private String withLogError(String reason) {
    return replica.orElseThrow().logError().map(error -> reason + ": " + error).orElse(reason);
  }

  private void reconcile() {
    boolean known = replica.orElseThrow().mayWrite();
    boolean readable = known && pending.image().complete();
    if (modes.choose(pending.image().head(), readable)) {
      schedule.forgetFailedTurns();
    }
    Optional<String> waitingFor =
        started
            ? Optional.empty()
            : readiness.waitingFor(pending.image(), known).map(this::withLogError);
    account.waitsFor(waitingFor, pending.image().revision());
    account.mode(modes.status());
    reporter.orElseThrow().follow(pending.image().head());
    if (waitingFor.isPresent() || working || stopping) {
      return;
    }
    Instant now = clock.instant();
    boolean turning = modes.status().turning();
    boolean readBack = readBackDue && drift.orElseThrow().isFree();
    boolean waiting =
        !started
            || readBack
            || drift.orElseThrow().hasFound()
            || !pending.isEmpty()
            || schedule.retrying();
    boolean early = schedule.tooEarly(now);
    if (!early && !schedule.retrying() && schedule.tickDue(now)) {
      tick();
    } else if (!early && (waiting || (turning && schedule.mayTurn(now)))) {
      sync(now);
    } else {
      if (!waiting && pending.image().revision() > progress().revision()) {
        passOver(now);
      }
      wakeup.orElseThrow().at(schedule.next(waiting, turning));
      accept();
    }
  }

  /** What was read changes nothing here: the kernel has that revision as it is. */
  private void passOver(Instant now) {
    PendingChanges.Batch batch = pending.take();
    account.taken();
    account.passedOver(batch, now);
    unreadable();
  }

  private void sync(Instant now) {
    working = true;
    PendingChanges.Batch batch = pending.take();
    account.taken();
    boolean readBack = readBackDue && started && drift.orElseThrow().isFree();
    Work work =
        new Work(
            batch.image(),
            batch.services(),
            readBack,
            drift.orElseThrow().take(),
            modes.status().choice().mode(),
            schedule.mayTurn(now));
    // the first pass reads all
    readBackDue &= started && !readBack;
    if (!started) {
      account.waitsSince(Optional.of(now));
    }
    Future<Outcome> outcome =
        worker.orElseThrow().executeBlocking(() -> reconciler.reconcile(work));
    underWay = outcome.onComplete(result -> done(batch, work.readBack(), result));
  }

  /** Timed work, which no change of the log asks for. */
  private void tick() {
    working = true;
    Future<Ticked> ticked = worker.orElseThrow().executeBlocking(reconciler::tick);
    underWay = ticked.onComplete(this::ticked);
  }

  private void ticked(AsyncResult<Ticked> result) {
    working = false;
    Instant now = clock.instant();
    if (result.succeeded()) {
      account.ticked(result.result());
      report(result.result().modes(), progress().revision(), now);
      if (result.result().all().commits() > 0) {
        schedule.succeeded(now);
      }
    }
    if (result.failed() || !result.result().failures().isEmpty()) {
      schedule.failed(now);
      account.tickFailed(result.failed() ? result.cause() : result.result().failures(), now);
    }
    reconcile();
  }

  private void report(ModeReport report, long revision, Instant now) {
    modes.now(report, revision);
    account.mode(modes.status());
    schedule.tickAt(report.due(), now);
    schedule.turned(report.notTurned().isPresent(), modes.status().turning(), now);
  }

  private void done(PendingChanges.Batch batch, boolean readBack, AsyncResult<Outcome> future) {
    working = false;
    started = true;
    if (future.succeeded()) {
      report(future.result().modes(), batch.image().revision(), clock.instant());
    }
    if (future.succeeded() && future.result().failures().isEmpty()) {
      if (!future.result().work().found().isEmpty()) {
        drift.orElseThrow().settled(future.result().hasRepaired());
      }
      drift.orElseThrow().read(future.result().looks(), this::looked);
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
    boolean first = progress().lastUpdated().isEmpty();
    schedule.succeeded(now);
    account.applied(batch, outcome, pending.since(), first, now);
    unreadable();
    replica.orElseThrow().accepted(batch);
    if (first) {
      firstApplied.accept(batch.image());
    }
  }

  private void unreadable() {
    drift.orElseThrow().failure().ifPresent(account::unreadable);
  }

  private void looked() {
    unreadable();
    reconcile();
  }

  private void failed(PendingChanges.Batch batch, AsyncResult<Outcome> future) {
    Instant now = clock.instant();
    pending.putBack(batch);
    schedule.failed(now);
    account.failed(batch.image().revision(), future, now);
  }
}
