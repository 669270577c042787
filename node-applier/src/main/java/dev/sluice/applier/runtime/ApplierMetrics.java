package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Drift;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ProxyMode;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the applier counts and times: kube-proxy's names where it has them, so that dashboards go on
 * working, and ours under {@code sluice_}. Any thread.
 */
final class ApplierMetrics {
  /** kube-proxy's: 1 ms and its doubles. */
  private static final Duration[] SYNC_BUCKETS =
      IntStream.range(0, 15).mapToObj(i -> Duration.ofMillis(1L << i)).toArray(Duration[]::new);

  /** kube-proxy's begin with a quarter of a second, and most changes are quicker here. */
  private static final Duration[] PROGRAMMING_BUCKETS =
      Stream.of(
              IntStream.range(0, 8).mapToObj(i -> Duration.ofMillis(1L << i)),
              Stream.of(Duration.ofMillis(250), Duration.ofMillis(500)),
              seconds(1, 59, 1),
              seconds(60, 115, 5),
              seconds(120, 300, 30))
          .flatMap(part -> part)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final List<IpFamily> families;
  private final MultiGauge refused;
  private final AtomicLong lastSync = new AtomicLong();
  private final AtomicLong lastQueued = new AtomicLong();
  private final AtomicLong revision = new AtomicLong();
  private final Timer looks;
  private final Counter failedLooks;
  private final NoLocalEndpoints noLocalEndpoints = new NoLocalEndpoints();

  ApplierMetrics(MeterRegistry registry, List<IpFamily> families) {
    this.registry = registry;
    this.families = List.copyOf(families);
    Gauge.builder("sluice.applied.revision", revision, AtomicLong::get)
        .description("The revision of the log that the kernel has")
        .register(registry);
    looks =
        Timer.builder("sluice.drift.check.duration")
            .description("How long it takes to read the kernel back, beside the changes")
            .register(registry);
    failedLooks =
        Counter.builder("sluice.drift.check.failures")
            .description("Times the kernel could not be read back")
            .register(registry);
    families.forEach(this::registerAll);
    refused =
        MultiGauge.builder("sluice.refused")
            .description("Objects that the kernel refuses; the others are forwarded all the same")
            .register(registry);
  }

  /** So that all are there, with 0, before there is anything to tell. */
  private void registerAll(IpFamily family) {
    seconds(
        "kubeproxy.sync.proxy.rules.last.timestamp",
        "When the kernel was brought up to date last",
        lastSync,
        family);
    seconds(
        "kubeproxy.sync.proxy.rules.last.queued.timestamp",
        "When a change of Services or endpoints was read last",
        lastQueued,
        family);
    for (NoLocalEndpoints.Policy policy : NoLocalEndpoints.Policy.values()) {
      Gauge.builder(
              "kubeproxy.sync.proxy.rules.no.local.endpoints.total",
              noLocalEndpoints,
              counts -> counts.count(family, policy))
          .description("Service ports with policy Local that have endpoints, but none on this node")
          .tag("ip_family", family.toString())
          .tag("traffic_policy", policy.toString())
          .register(registry);
    }
    var _ = syncs(family);
    var _ = kernel(family);
    var _ = programming(family);
    serviceChanges(family).increment(0);
    endpointChanges(family).increment(0);
    writes(family, Written.NOTHING);
    objects(family, Written.NOTHING);
    for (ProxyMode mode : ProxyMode.values()) {
      drift(family, mode, Drift.NONE);
    }
    failures(family).increment(0);
  }

  void read(ClusterDelta delta, List<ObjectKey> objects, Instant now) {
    for (IpFamily family : families) {
      serviceChanges(family).increment((double) number(objects, ObjectKey.Kind.SERVICE));
      endpointChanges(family).increment((double) number(objects, ObjectKey.Kind.ENDPOINT_SLICE));
    }
    if (!delta.changedServices().isEmpty()) {
      lastQueued.set(now.toEpochMilli());
    }
  }

  void synced(Reconciler.Outcome outcome, Instant now) {
    outcome
        .synced()
        .forEach(
            (family, synced) -> {
              syncs(family).record(synced.duration());
              kernel(family).record(synced.kernel());
              Written all = synced.written().plus(synced.repaired().written());
              writes(family, all);
              objects(family, all);
              drift(family, outcome.modes().active(), synced.repaired().drift());
            });
    outcome.failures().keySet().forEach(family -> failures(family).increment());
    refused.register(rows(outcome.refusals()), true);
    if (outcome.failures().isEmpty()) {
      lastSync.set(now.toEpochMilli());
      revision.set(outcome.work().image().revision());
      outcome.servers().forEach(noLocalEndpoints::replace);
    }
  }

  /** The kernel has a revision without anything to write for it. */
  void passedOver(long newRevision) {
    revision.set(newRevision);
  }

  /** Counts what timed work has written. */
  void ticked(Reconciler.Ticked ticked) {
    ticked
        .written()
        .forEach(
            (family, written) -> {
              writes(family, written);
              objects(family, written);
            });
    ticked.failures().keySet().forEach(family -> failures(family).increment());
  }

  /** The kernel has been read back, and what was found is about to be repaired. */
  void looked(Duration duration) {
    looks.record(duration);
  }

  /** The kernel could not be read back. */
  void lookFailed() {
    failedLooks.increment();
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
          .serviceLevelObjectives(SYNC_BUCKETS)
          .register(registry)
          .record(since(change.time(), now));
      change
          .triggerTime()
          .ifPresent(
              time -> families.forEach(family -> programming(family).record(since(time, now))));
    }
  }

  private static Duration since(Instant time, Instant now) {
    return time.isBefore(now) ? Duration.between(time, now) : Duration.ZERO;
  }

  private static long number(List<ObjectKey> keys, ObjectKey.Kind kind) {
    return keys.stream().filter(key -> key.kind() == kind).count();
  }

  private Timer syncs(IpFamily family) {
    return timer(
        "kubeproxy.sync.proxy.rules.duration",
        "How long it takes to bring the kernel up to date",
        SYNC_BUCKETS,
        family);
  }

  private Timer kernel(IpFamily family) {
    return Timer.builder("sluice.kernel.duration")
        .description("What of that reading, comparing and writing the kernel takes")
        .tag("ip_family", family.toString())
        .register(registry);
  }

  private Timer programming(IpFamily family) {
    return timer(
        "kubeproxy.network.programming.duration",
        "From what made an EndpointSlice change to the kernel's commit",
        PROGRAMMING_BUCKETS,
        family);
  }

  private Counter serviceChanges(IpFamily family) {
    return count("kubeproxy.sync.proxy.rules.service.changes", "Changes of Services read", family);
  }

  private Counter endpointChanges(IpFamily family) {
    return count(
        "kubeproxy.sync.proxy.rules.endpoint.changes", "Changes of EndpointSlices read", family);
  }

  private void writes(IpFamily family, Written written) {
    count("sluice.kernel.writes", "Commits to the kernel", family).increment(written.commits());
  }

  private void objects(IpFamily family, Written written) {
    count("sluice.kernel.objects.written", "Kernel objects put or removed", family)
        .increment(written.objects());
  }

  private void drift(IpFamily family, ProxyMode mode, Drift drift) {
    drift
        .counts()
        .forEach(
            (kind, number) ->
                Counter.builder("sluice.drift")
                    .description("Kernel objects that others had changed, and that were put right")
                    .tag("ip_family", family.toString())
                    .tag("mode", mode.toString())
                    .tag("kind", kind.toString())
                    .register(registry)
                    .increment(number));
  }

  private Counter failures(IpFamily family) {
    return count("sluice.kernel.failures", "Times the kernel could not be read or written", family);
  }

  private Counter count(String name, String description, IpFamily family) {
    return Counter.builder(name)
        .description(description)
        .tag("ip_family", family.toString())
        .register(registry);
  }

  private Timer timer(String name, String description, Duration[] buckets, IpFamily family) {
    return Timer.builder(name)
        .description(description)
        .tag("ip_family", family.toString())
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private void seconds(String name, String description, AtomicLong millis, IpFamily family) {
    Gauge.builder(name, millis, value -> value.get() / 1000.0)
        .description(description)
        .tag("ip_family", family.toString())
        .baseUnit("seconds")
        .register(registry);
  }

  private static Stream<Duration> seconds(int first, int last, int step) {
    return IntStream.iterate(first, i -> i <= last, i -> i + step).mapToObj(Duration::ofSeconds);
  }
}
