package dev.sluice.applier.runtime;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.jspecify.annotations.Nullable;

/**
 * Prometheus' names, and kube-proxy's where it doesn't keep to them: it has gauges that end in
 * {@code _total}, which the convention would take away.
 */
public final class MetricNames implements NamingConvention {
  private final NamingConvention prometheus = new PrometheusNamingConvention();

  @Override
  public String name(String name, Meter.Type type, @Nullable String baseUnit) {
    return type == Meter.Type.GAUGE && name.endsWith(".total")
        ? name.replace('.', '_')
        : prometheus.name(name, type, baseUnit);
  }

  @Override
  public String tagKey(String key) {
    return prometheus.tagKey(key);
  }

  @Override
  public String tagValue(String value) {
    return prometheus.tagValue(value);
  }
}
