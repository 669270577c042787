package dev.sluice.applier.runtime;

import dev.sluice.applier.checkpoint.Checkpoint;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.StateReader.Batch;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node knows of the cluster: from its checkpoint, where it has one, and from the log; and
 * of that, what is checkpointed. For the applier's context.
 */
final class Replica implements LogFollower.Listener {
  private final PendingChanges pending;
  private final ApplierMetrics metrics;
  private final CheckpointMetrics checkpointMetrics;
  private final UndecodableRecords undecodable;
  private final CheckpointKeeper checkpoints;
  private final LogFollower log;
  private final Clock clock;
  private final Listener listener;

  /** Is told what becomes of it. */
  interface Listener {
    /** It begins with what an applier before this one had brought to the kernel. */
    void beganWith(ClusterImage image);

    /** That was read. */
    void read(List<StateEntry> entries);
  }

  /**
   * Reads nothing yet.
   *
   * @param pending where it puts what is to be brought to the kernel
   */
  Replica(
      ApplierSettings settings,
      Vertx vertx,
      PendingChanges pending,
      ApplierMetrics metrics,
      MeterRegistry registry,
      Clock clock,
      Listener listener) {
    this.pending = pending;
    this.metrics = metrics;
    this.clock = clock;
    this.listener = listener;
    checkpointMetrics = new CheckpointMetrics(registry);
    undecodable = new UndecodableRecords(registry);
    checkpoints = new CheckpointKeeper(settings, vertx, checkpointMetrics, clock);
    log = new LogFollower(settings, vertx, clock, pending, checkpoints, checkpointMetrics, this);
  }

  /** Reads the checkpoint, and then follows the log; fails when it can't any longer. */
  Future<Void> start() {
    checkpoints.load().onSuccess(this::begin);
    return log.ended();
  }

  private void begin(CheckpointKeeper.Loaded loaded) {
    loaded
        .checkpoint()
        .ifPresent(
            known -> {
              pending.load(known.image(), known.about().caughtUp());
              undecodable.restart(known.about().undecodable());
              listener.beganWith(known.image());
            });
    log.start(loaded.checkpoint().map(Checkpoint::about), loaded.refused());
  }

  @Override
  public void anew() {
    undecodable.restart(List.of());
  }

  @Override
  public void read(Batch batch) {
    Instant now = clock.instant();
    metrics.read(pending.fold(batch.entries(), now), PendingChanges.keys(batch.entries()), now);
    undecodable.note(batch, pending);
    if (pending.replaying() && log.atEnd() && pending.replayIsWhole()) {
      pending.finishReplay(now);
    }
    if (!pending.replaying()) {
      pending.at(log.place(batch));
    }
    listener.read(batch.entries());
  }

  /** Whether what is pending may be written to the kernel. */
  boolean mayWrite() {
    return log.mayWrite();
  }

  /** Keys of the log whose last record can't be read, each with a reason. */
  Map<String, String> undecodable() {
    return undecodable.open();
  }

  /** What went wrong since the log was last read; empty for nothing. */
  Optional<String> logError() {
    return log.error();
  }

  /** Looks how things stand with the log; to be called every second or so. */
  LogStatus look() {
    log.tick();
    LogStatus status = log.status();
    checkpointMetrics.log(status);
    return status;
  }

  /** The kernel has accepted that. */
  void accepted(PendingChanges.Batch batch) {
    accepted(batch.image(), batch.place());
  }

  /** The kernel has all there is. */
  void acceptedAll() {
    if (pending.isEmpty() && !pending.replaying()) {
      accepted(pending.image(), pending.place().map(at -> at.withCaughtUp(log.caughtUp())));
    }
  }

  private void accepted(ClusterImage image, Optional<Place> place) {
    place.ifPresent(at -> checkpoints.accepted(image, at, undecodable.records()));
  }

  /** Stops reading; within about two seconds. */
  Future<Void> stopReading() {
    return log.close();
  }

  /** Writes the last checkpoint; within a second. */
  Future<Void> close() {
    return checkpoints.close();
  }
}
