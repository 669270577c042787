package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Ticked;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.report.NodeHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of an applier: on its health pages, by metrics, in its log and in its reports.
 * Decides nothing. For the applier's context; {@link #progress} and {@link #lag} are for any
 * thread.
 */
final class Account {
  private static final Logger LOG = LoggerFactory.getLogger(Account.class);

  private final Duration syncPeriod;
  private final ApplierMetrics metrics;
  private final LagMeter lag;
  private final Clock clock;
  private final Refusals refusals = new Refusals();
  private volatile Progress progress = Progress.start();
  private Optional<Reporter> reporter = Optional.empty();

  Account(Duration syncPeriod, ApplierMetrics metrics, MeterRegistry registry, Clock clock) {
    this.syncPeriod = syncPeriod;
    this.metrics = metrics;
    this.clock = clock;
    lag = new LagMeter(registry, clock);
  }

  /** Reports by that from now on; to be called once, before anything is applied. */
  void reportBy(Reporter by) {
    reporter = Optional.of(by);
  }

  /** How far the applier has come. */
  Progress progress() {
    return progress;
  }

  /** How far the kernel is behind, as health pages say it. */
  Map<String, Object> lag() {
    return lag.now().body(clock.instant());
  }

  NodeHealth nodeHealth() {
    return progress.health(clock.instant(), syncPeriod);
  }

  boolean healthy() {
    return progress.healthy(clock.instant(), syncPeriod);
  }

  /** Something was read; what is read anew after all is no news. */
  void read(List<StateEntry> entries, PendingChanges pending) {
    lag.read(pending.replaying() ? List.of() : entries, pending.image().revision());
  }

  /** A change waits for the kernel, since that time; not before the kernel has been written. */
  void waitsSince(Optional<Instant> time) {
    if (progress.pendingSince().isEmpty()) {
      progress = progress.withPendingSince(time);
    }
  }

  /** How things stand with the log, and what it says of this node. */
  void log(Replica replica, String nodeName, ClusterImage image, boolean started) {
    LogStatus status = replica.look();
    if (started && !status.stale().equals(progress.log().stale())) {
      String how = status.stale().map("stale reason=\"%s\""::formatted).orElse("followed");
      LOG.info("revision={} log={}", progress.revision(), how);
    }
    progress =
        progress
            .withUndecodable(replica.undecodable())
            .withNode(image.node(nodeName))
            .withLog(status);
  }

  /** Why nothing may be written; empty if it may. */
  void waitsFor(Optional<String> reason, long revision) {
    if (!reason.equals(progress.waitingFor())) {
      LOG.info("revision={} {}", revision, reason.orElse("ready to apply"));
      progress = progress.withWaitingFor(reason);
    }
  }

  void mode(ModeStatus status) {
    progress = progress.withMode(status);
  }

  /** All that has been read is about to be written. */
  void taken() {
    lag.taken();
  }

  /** What was taken changes nothing here: the kernel has that revision as it is. */
  void passedOver(PendingChanges.Batch batch, Instant now) {
    long revision = batch.image().revision();
    lag.applied(revision);
    progress = progress.updated(revision, now, Optional.empty());
    metrics.passedOver(revision);
    reporter.orElseThrow().passedOver(revision, batch.eventTime());
  }

  /**
   * The kernel has accepted what was taken.
   *
   * @param waiting since when newer changes wait already
   * @param first whether it is the first time: what was replayed is not news
   */
  void applied(
      PendingChanges.Batch batch,
      Outcome outcome,
      Optional<Instant> waiting,
      boolean first,
      Instant now) {
    long revision = batch.image().revision();
    progress = progress.withRefused(refusals.note(outcome)).updated(revision, now, waiting);
    metrics.synced(outcome, now);
    lag.applied(revision);
    if (!first) {
      metrics.inKernel(batch.revisions(), now);
    }
    reporter
        .orElseThrow()
        .applied(outcome, first ? List.of() : batch.revisions(), batch.eventTime(), now);
    if (first || !batch.services().isEmpty() || outcome.written().commits() > 0) {
      String way = first ? " start=true" : batch.publishedToKernel(now);
      LOG.info("applied {}{}", batch.inWords(outcome.written()), way);
    }
  }

  /** What was taken is not in the kernel, or not all of it. */
  void failed(long revision, AsyncResult<Outcome> result, Instant now) {
    Object reason = result.failed() ? result.cause() : result.result().failures();
    if (result.succeeded()) {
      metrics.synced(result.result(), now);
    }
    // a defect of ours is logged with its stack trace
    LOG.error("failed revision={} reason=\"{}\"", revision, reason, result.cause());
    progress = progress.failed(reason.toString(), now);
  }

  /** A kernel that can't be read back is not known to be right. */
  void unreadable(DriftWatch.Failure failure) {
    progress = progress.failed(failure.reason(), failure.since());
  }

  /** Timed work is done. */
  void ticked(Ticked ticked) {
    metrics.ticked(ticked);
    Written written = ticked.all();
    if (written.commits() > 0) {
      LOG.info("timed work writes={} objects={}", written.commits(), written.objects());
    }
  }

  /** Timed work could not be done, or not all of it. */
  void tickFailed(Object reason, Instant now) {
    LOG.error("timed work failed reason=\"{}\"", reason);
    progress = progress.failed(String.valueOf(reason), now);
  }
}
