package dev.sluice.applier.runtime;

import dev.sluice.events.host.HealthReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What /healthz and /livez answer, and how often they did, as kube-proxy; and /readyz. Any thread.
 */
public final class HealthPages {
  private final Supplier<Progress> progress;
  private final Supplier<Map<String, Object>> lag;
  private final Duration syncPeriod;
  private final Clock clock;
  private final Answers healthz;
  private final Answers livez;

  private record Answers(Counter ok, Counter unavailable) {
    static Answers of(MeterRegistry registry, String name, String description) {
      return new Answers(
          Counter.builder(name).description(description).tag("code", "200").register(registry),
          Counter.builder(name).description(description).tag("code", "503").register(registry));
    }

    HealthReport counted(HealthReport report) {
      (report.ok() ? ok : unavailable).increment();
      return report;
    }
  }

  /**
   * @param progress how far the applier has come
   * @param lag how far the kernel is behind
   */
  public HealthPages(
      Supplier<Progress> progress,
      Supplier<Map<String, Object>> lag,
      Duration syncPeriod,
      MeterRegistry registry,
      Clock clock) {
    this.progress = progress;
    this.lag = lag;
    this.syncPeriod = syncPeriod;
    this.clock = clock;
    healthz = Answers.of(registry, "kubeproxy.proxy.healthz", "Answers of /healthz by HTTP status");
    livez = Answers.of(registry, "kubeproxy.proxy.livez", "Answers of /livez by HTTP status");
  }

  /** Whether traffic should be sent here: also by what is about to become of the node. */
  public HealthReport healthz() {
    Progress now = progress.get();
    Instant time = clock.instant();
    boolean ok = now.ready(time, syncPeriod) && now.nodeEligible();
    return healthz.counted(new HealthReport(ok, body(now, ok, true, time)));
  }

  /**
   * Whether this program is where it should be: ready, and following the log. Nothing that sends
   * traffic may go by it: all nodes lose Kafka together.
   */
  public HealthReport readyz() {
    Progress now = progress.get();
    Instant time = clock.instant();
    boolean ok = now.ready(time, syncPeriod) && !now.stale();
    return new HealthReport(ok, now.body(ok, false, time, syncPeriod));
  }

  /** Whether this program does its work; a restart would not help against anything else. */
  public HealthReport livez() {
    Progress now = progress.get();
    Instant time = clock.instant();
    boolean ok = now.healthy(time, syncPeriod);
    return livez.counted(new HealthReport(ok, body(now, ok, false, time)));
  }

  private Map<String, Object> body(Progress now, boolean ok, boolean withNode, Instant time) {
    Map<String, Object> body = now.body(ok, withNode, time, syncPeriod);
    body.put("lag", lag.get());
    return body;
  }
}
