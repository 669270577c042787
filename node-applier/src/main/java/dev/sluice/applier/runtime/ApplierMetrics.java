package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the applier counts and times: kube-proxy's names where it has them, so that dashboards go on
 * working, and ours under {@code sluice_}. Any thread.
 */
final class ApplierMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(4), Duration.ofMillis(8),
    Duration.ofMillis(16), Duration.ofMillis(32), Duration.ofMillis(64), Duration.ofMillis(128),
    Duration.ofMillis(256), Duration.ofMillis(512), Duration.ofSeconds(1), Duration.ofSeconds(2),
    Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16), Duration.ofSeconds(60)
  };

  private final MeterRegistry registry;
  private final List<IpFamily> families;
  private final MultiGauge refused;
  private final AtomicLong lastSync = new AtomicLong();
  private final AtomicLong lastQueued = new AtomicLong();
  private final AtomicLong revision = new AtomicLong();

  ApplierMetrics(MeterRegistry registry, List<IpFamily> families) {
    this.registry = registry;
    this.families = List.copyOf(families);
    Gauge.builder("sluice.applied.revision", revision, AtomicLong::get)
        .description("The revision of the log that the kernel has")
        .register(registry);
    for (IpFamily family : families) {
      seconds("kubeproxy.sync.proxy.rules.last.timestamp", lastSync, family);
      seconds("kubeproxy.sync.proxy.rules.last.queued.timestamp", lastQueued, family);
      writes(family, Written.NOTHING);
      objects(family, Written.NOTHING);
      drift(family, Written.NOTHING);
      failures(family).increment(0);
    }
    undecodable(0);
    refused =
        MultiGauge.builder("sluice.refused")
            .description("Objects that the kernel refuses; the others are forwarded all the same")
            .register(registry);
  }

  void read(ClusterDelta delta, List<ObjectKey> objects, Instant now) {
    for (IpFamily family : families) {
      count("kubeproxy.sync.proxy.rules.service.changes", family)
          .increment((double) number(objects, ObjectKey.Kind.SERVICE));
      count("kubeproxy.sync.proxy.rules.endpoint.changes", family)
          .increment((double) number(objects, ObjectKey.Kind.ENDPOINT_SLICE));
    }
    if (!delta.changedServices().isEmpty()) {
      lastQueued.set(now.toEpochMilli());
    }
  }

  void undecodable(int records) {
    Counter.builder("sluice.undecodable.records")
        .description("Records of the log that are not of its format")
        .register(registry)
        .increment(records);
  }

  void synced(Reconciler.Outcome outcome, Instant now) {
    outcome
        .synced()
        .forEach(
            (family, synced) -> {
              timer("kubeproxy.sync.proxy.rules.duration", family).record(synced.duration());
              Written all = synced.written().plus(synced.repaired());
              writes(family, all);
              objects(family, all);
              drift(family, synced.repaired());
            });
    outcome.failures().keySet().forEach(family -> failures(family).increment());
    refused.register(rows(outcome.refusals()), true);
    if (outcome.failures().isEmpty()) {
      lastSync.set(now.toEpochMilli());
      revision.set(outcome.work().image().revision());
    }
  }

  private static List<MultiGauge.Row<?>> rows(Map<IpFamily, List<Refusal>> refusals) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    refusals.forEach(
        (family, all) ->
            all.forEach(
                one -> {
                  Tags tags = Tags.of("ip_family", family.toString(), "object", one.object());
                  rows.add(MultiGauge.Row.of(tags, 1));
                }));
    return rows;
  }

  /** Times the way of each change into the kernel. */
  void inKernel(List<Revision> revisions, Instant now) {
    for (Revision change : revisions) {
      Timer.builder("sluice.publish.to.kernel")
          .description("From the publishing of a change to the kernel's commit")
          .serviceLevelObjectives(BUCKETS)
          .register(registry)
          .record(since(change.time(), now));
      change
          .triggerTime()
          .ifPresent(
              time ->
                  families.forEach(
                      family ->
                          timer("kubeproxy.network.programming.duration", family)
                              .record(since(time, now))));
    }
  }

  private static Duration since(Instant time, Instant now) {
    return time.isBefore(now) ? Duration.between(time, now) : Duration.ZERO;
  }

  private static long number(List<ObjectKey> keys, ObjectKey.Kind kind) {
    return keys.stream().filter(key -> key.kind() == kind).count();
  }

  private void writes(IpFamily family, Written written) {
    count("sluice.kernel.writes", family).increment(written.commits());
  }

  private void objects(IpFamily family, Written written) {
    count("sluice.kernel.objects.written", family).increment(written.objects());
  }

  private void drift(IpFamily family, Written written) {
    count("sluice.drifted.objects", family).increment(written.objects());
  }

  private Counter failures(IpFamily family) {
    return count("sluice.kernel.failures", family);
  }

  private Counter count(String name, IpFamily family) {
    return Counter.builder(name).tag("ip_family", family.toString()).register(registry);
  }

  private Timer timer(String name, IpFamily family) {
    return Timer.builder(name)
        .tag("ip_family", family.toString())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private void seconds(String name, AtomicLong millis, IpFamily family) {
    Gauge.builder(name, millis, value -> value.get() / 1000.0)
        .tag("ip_family", family.toString())
        .baseUnit("seconds")
        .register(registry);
  }
}
