package dev.sluice.applier.runtime;

import dev.sluice.applier.checkpoint.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of checkpoints, and of being cut off from the log. Any thread. */
final class CheckpointMetrics {
  private final AtomicLong revision = new AtomicLong();
  private final AtomicLong size = new AtomicLong();
  private final AtomicLong checkpointCaughtUp = new AtomicLong();
  private final AtomicLong caughtUp = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private final MeterRegistry registry;
  private final Counter failures;
  private final Timer writes;

  CheckpointMetrics(MeterRegistry registry) {
    this.registry = registry;
    gauge("sluice.checkpoint.revision", "The revision of the checkpoint's file", revision)
        .register(registry);
    gauge("sluice.checkpoint.size", "How large the checkpoint's file is", size)
        .baseUnit("bytes")
        .register(registry);
    seconds(
        registry,
        "sluice.checkpoint.caught.up.timestamp",
        "When the checkpoint's file was known to have all of the log",
        checkpointCaughtUp);
    seconds(
        registry,
        "sluice.log.caught.up.timestamp",
        "When the applier was last known to have all of the log",
        caughtUp);
    gauge("sluice.log.stale", "1 while what is forwarded may be of the past", stale)
        .register(registry);
    for (Refusal reason : Refusal.values()) {
      // so that all are there, with 0, before there is anything to tell
      refusals(reason).increment(0);
      replaysFor(reason).increment(0);
    }
    failures =
        Counter.builder("sluice.checkpoint.failures")
            .description("Times the checkpoint could not be written; the one before stays")
            .register(registry);
    writes =
        Timer.builder("sluice.checkpoint.write.duration")
            .description("How long it takes to write the checkpoint, beside all else")
            .register(registry);
  }

  private static Gauge.Builder<AtomicLong> gauge(
      String name, String description, AtomicLong value) {
    return Gauge.builder(name, value, AtomicLong::get).description(description);
  }

  private static void seconds(
      MeterRegistry registry, String name, String description, AtomicLong millis) {
    Gauge.builder(name, millis, value -> value.get() / 1000.0)
        .description(description)
        .baseUnit("seconds")
        .register(registry);
  }

  private Counter refusals(Refusal reason) {
    return counter("sluice.checkpoint.refused", "Checkpoints not resumed", reason);
  }

  private Counter replaysFor(Refusal reason) {
    return counter(
        "sluice.log.replays", "Times a running applier has begun to read the log anew", reason);
  }

  private Counter counter(String name, String description, Refusal reason) {
    return Counter.builder(name)
        .description(description)
        .tag("reason", reason.toString())
        .register(registry);
  }

  void refused(Refusal reason) {
    refusals(reason).increment();
  }

  void replays(Refusal reason) {
    replaysFor(reason).increment();
  }

  void failed() {
    failures.increment();
  }

  void written(Duration took) {
    writes.record(took);
  }

  /** The file is of that. */
  void file(long ofRevision, int bytes, Instant knownCaughtUp) {
    revision.set(ofRevision);
    size.set(bytes);
    checkpointCaughtUp.set(knownCaughtUp.toEpochMilli());
  }

  void log(LogStatus status) {
    stale.set(status.stale().isPresent() ? 1 : 0);
    status.caughtUp().ifPresent(time -> caughtUp.set(time.toEpochMilli()));
  }
}
