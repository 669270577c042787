package dev.sluice.applier.runtime;

import dev.sluice.events.model.ProxyMode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What is counted of modes. Any thread. */
final class ModeMetrics {
  private final Counter switches;
  private final Counter failures;
  private volatile Optional<ProxyMode> active = Optional.empty();
  private volatile Set<ProxyMode> leaving = Set.of();

  /** Registers all, so that each is there from the start. */
  ModeMetrics(MeterRegistry registry) {
    for (ProxyMode mode : ProxyMode.values()) {
      Gauge.builder("sluice.proxy.mode", () -> active.equals(Optional.of(mode)) ? 1 : 0)
          .description("1 for the mode that forwards")
          .tag("mode", mode.toString())
          .register(registry);
      Gauge.builder("sluice.proxy.mode.leaving", () -> leaving.contains(mode) ? 1 : 0)
          .description("1 for a mode that gives way, while open connections need some of it")
          .tag("mode", mode.toString())
          .register(registry);
    }
    switches =
        Counter.builder("sluice.proxy.mode.switches")
            .description("Times that another mode has taken over")
            .register(registry);
    failures =
        Counter.builder("sluice.proxy.mode.switch.failures")
            .description("Times that another mode could not take over")
            .register(registry);
  }

  void now(Reconciler.ModeReport report) {
    if (active.filter(before -> before != report.active()).isPresent()) {
      switches.increment();
    }
    if (report.notTurned().isPresent()) {
      failures.increment();
    }
    active = Optional.of(report.active());
    Set<ProxyMode> now = EnumSet.noneOf(ProxyMode.class);
    now.addAll(report.leaving());
    leaving = now;
  }
}
