package dev.sluice.watcher.publish;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ProxyMode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** The watcher's own metrics. Any thread. */
public final class WatcherMetrics {
  private final Map<ObjectKey.Kind, Map<Cause, Counter>> changes =
      new EnumMap<>(ObjectKey.Kind.class);
  private final Counter transactions;
  private final Counter refusals;
  private final Counter failedTerms;
  private final Counter terms;
  private final Counter lostLeaderships;
  private final Counter fencedWrites;
  private final Timer publishDuration;
  private final AtomicLong revision = new AtomicLong();
  private final AtomicLong epoch = new AtomicLong();
  private final AtomicLong pending = new AtomicLong();
  private final AtomicLong services = new AtomicLong();
  private volatile boolean elected;
  private volatile Optional<String> mode = Optional.empty();

  /** Registers them all, so that each is there from the start. */
  public WatcherMetrics(MeterRegistry registry, WatcherStatus status) {
    for (ObjectKey.Kind kind : ObjectKey.Kind.values()) {
      Map<Cause, Counter> ofKind = new EnumMap<>(Cause.class);
      for (Cause cause : Cause.values()) {
        ofKind.put(
            cause,
            Counter.builder("sluice.watcher.changes")
                .description("Changes published")
                .tag("kind", kind.apiName())
                .tag("cause", cause.text())
                .register(registry));
      }
      changes.put(kind, ofKind);
    }
    transactions = counter(registry, "transactions", "Transactions committed to the log");
    refusals = counter(registry, "guard.refusals", "Snapshots that a guard refused to publish");
    failedTerms = counter(registry, "takeovers.failed", "Take-overs and terms that failed");
    terms = counter(registry, "takeovers", "Times that the log was taken over");
    lostLeaderships =
        counter(registry, "leadership.lost", "Times that the Lease was lost, not given back");
    fencedWrites =
        counter(
            registry,
            "writes.fenced",
            "Transactions that Kafka refused because another watcher had taken over");
    publishDuration =
        Timer.builder("sluice.watcher.publish.duration")
            .description("From an event of the source to its commit on the log")
            .serviceLevelObjectives(buckets())
            .register(registry);
    gauge(registry, "revision", "The last revision published", revision::get);
    gauge(registry, "epoch", "The epoch of this watcher's term; 0 for none", epoch::get);
    gauge(registry, "pending.events", "Events that wait to be published", pending::get);
    gauge(registry, "services", "Services that a proxy serves", services::get);
    for (ProxyMode each : ProxyMode.values()) {
      Gauge.builder(
              "sluice.watcher.auto.mode", () -> mode.equals(Optional.of(each.toString())) ? 1 : 0)
          .description("1 for what the mode auto means in this cluster")
          .tag("mode", each.toString())
          .register(registry);
    }
    gauge(
        registry,
        "source.problems",
        "Places of the source that can't be read",
        () -> status.problems().size());
    gauge(registry, "ready", "1 while changes reach the log", () -> status.healthy() ? 1 : 0);
    gauge(
        registry,
        "leader",
        "1 while this watcher has the log",
        () ->
            switch (status.phase()) {
              case STANDBY, TAKING_OVER, ENDED -> 0;
              case LISTING, INCOMPLETE, FOLLOWING, REFUSED -> 1;
            });
    gauge(registry, "elected", "1 while this watcher holds the Lease", () -> elected ? 1 : 0);
  }

  void committed(List<Change> batch, long lastRevision, Duration sinceFirstEvent) {
    for (Change change : batch) {
      Map<Cause, Counter> ofKind = changes.getOrDefault(change.key().kind(), Map.of());
      Counter counter = ofKind.get(change.revision().cause());
      if (counter != null) {
        counter.increment();
      }
    }
    transactions.increment();
    publishDuration.record(sinceFirstEvent);
    revision.set(lastRevision);
  }

  void mode(Optional<String> decided, int servedServices) {
    mode = decided;
    services.set(servedServices);
  }

  void term(long newEpoch, long lastRevision) {
    terms.increment();
    epoch.set(newEpoch);
    revision.set(lastRevision);
  }

  void termFailed() {
    failedTerms.increment();
  }

  void termEnded() {
    epoch.set(0);
    pending.set(0);
  }

  void elected(boolean now) {
    elected = now;
  }

  void leadershipLost() {
    lostLeaderships.increment();
  }

  void writeFenced() {
    fencedWrites.increment();
  }

  void refused() {
    refusals.increment();
  }

  void pending(int events) {
    pending.set(events);
  }

  private static Duration[] buckets() {
    return LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000)
        .mapToObj(Duration::ofMillis)
        .toArray(Duration[]::new);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("sluice.watcher." + name).description(description).register(registry);
  }

  private static void gauge(
      MeterRegistry registry, String name, String description, Supplier<Number> value) {
    Gauge.builder("sluice.watcher." + name, value).description(description).register(registry);
  }
}
