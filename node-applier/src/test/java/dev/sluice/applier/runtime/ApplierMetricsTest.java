package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend.Facts;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Drift;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ApplierMetricsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:10Z");
  private static final ServiceName WEB = ServiceName.parse("shop/web");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ApplierMetrics metrics;

  ApplierMetricsTest() {
    registry.config().namingConvention(new MetricNames());
    metrics = new ApplierMetrics(registry, List.of(IpFamily.values()));
  }

  private static Reconciler.Outcome outcome(
      Map<ServiceName, List<VirtualServer>> servers, Map<IpFamily, IOException> failures) {
    Reconciler.Work work =
        new Reconciler.Work(
            ClusterImage.EMPTY, Set.of(WEB), false, Looks.NONE, ProxyMode.IPTABLES, true);
    Reconciler.Synced synced =
        new Reconciler.Synced(
            new Written(1, 3),
            new Repaired(
                new Written(1, 2),
                new Drift(
                    new TreeMap<>(
                        Map.of("nat A", Drift.Kind.MISSING, "nat B", Drift.Kind.CHANGED)))),
            Duration.ofMillis(1500),
            Duration.ofMillis(1250));
    return new Reconciler.Outcome(
        work,
        NodePolicy.NOTHING_KNOWN,
        servers,
        Map.of(IpFamily.IPV4, synced),
        failures,
        Map.of(),
        new NodeProgram(ProxyMode.IPTABLES, Map.of(), Facts.NONE),
        Looks.NONE,
        new Reconciler.ModeReport(
            ProxyMode.IPTABLES, Optional.empty(), List.of(), Optional.empty()));
  }

  @Test
  void allSeriesAreThereBeforeAnythingHappens() {
    for (String family : List.of("IPv4", "IPv6")) {
      String label = "ip_family=\"" + family + "\"";
      assertThat(registry.scrape())
          .contains(
              "# TYPE kubeproxy_sync_proxy_rules_duration_seconds histogram",
              "kubeproxy_sync_proxy_rules_duration_seconds_bucket{" + label + ",le=\"0.001\"} 0",
              "kubeproxy_sync_proxy_rules_duration_seconds_bucket{" + label + ",le=\"16.384\"} 0",
              "kubeproxy_sync_proxy_rules_duration_seconds_count{" + label + "} 0",
              "# TYPE kubeproxy_network_programming_duration_seconds histogram",
              "kubeproxy_network_programming_duration_seconds_bucket{" + label + ",le=\"0.25\"} 0",
              "kubeproxy_network_programming_duration_seconds_bucket{" + label + ",le=\"300.0\"} 0",
              "# TYPE kubeproxy_sync_proxy_rules_endpoint_changes_total counter",
              "kubeproxy_sync_proxy_rules_endpoint_changes_total{" + label + "} 0.0",
              "# TYPE kubeproxy_sync_proxy_rules_service_changes_total counter",
              "kubeproxy_sync_proxy_rules_service_changes_total{" + label + "} 0.0",
              "# TYPE kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge",
              "kubeproxy_sync_proxy_rules_last_timestamp_seconds{" + label + "} 0.0",
              "# TYPE kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge",
              "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{" + label + "} 0.0",
              "# TYPE kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge",
              noLocalEndpoints(family, "internal") + " 0.0",
              noLocalEndpoints(family, "external") + " 0.0");
    }
  }

  @Test
  void driftIsCountedByFamilyModeAndKind() {
    String none = "sluice_drift_total{ip_family=\"IPv6\",kind=\"extra\",mode=\"ipvs\"} 0.0";
    assertThat(registry.scrape()).contains(none, "sluice_drift_check_failures_total 0.0");

    metrics.synced(outcome(Map.of(), Map.of()), NOW);
    metrics.looked(Duration.ofMillis(20));
    metrics.lookFailed();

    assertThat(registry.scrape())
        .contains(
            none,
            "sluice_drift_total{ip_family=\"IPv4\",kind=\"missing\",mode=\"iptables\"} 1.0",
            "sluice_drift_total{ip_family=\"IPv4\",kind=\"changed\",mode=\"iptables\"} 1.0",
            "sluice_drift_total{ip_family=\"IPv4\",kind=\"extra\",mode=\"iptables\"} 0.0",
            "sluice_kernel_objects_written_total{ip_family=\"IPv4\"} 5.0",
            "sluice_drift_check_failures_total 1.0",
            "sluice_drift_check_duration_seconds_count 1");
  }

  private static String noLocalEndpoints(String family, String policy) {
    return "kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"%s\",traffic_policy=\"%s\"}"
        .formatted(family, policy);
  }

  @Test
  void changesAreCountedByKindAndTimedFromWhatMadeThem() {
    ClusterDelta nothing = new ClusterDelta(ClusterImage.EMPTY);
    metrics.read(
        nothing,
        List.of(WEB.key(), ObjectKey.endpointSlice("shop", "a"), ObjectKey.node("n")),
        NOW);
    metrics.inKernel(
        List.of(
            new Revision(
                1,
                1,
                "c",
                NOW.minusMillis(20),
                Cause.OBSERVED,
                "",
                Optional.of(NOW.minusMillis(400)))),
        NOW);

    assertThat(registry.scrape())
        .contains(
            "kubeproxy_sync_proxy_rules_service_changes_total{ip_family=\"IPv4\"} 1.0",
            "kubeproxy_sync_proxy_rules_endpoint_changes_total{ip_family=\"IPv6\"} 1.0",
            "kubeproxy_network_programming_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.25\"} 0",
            "kubeproxy_network_programming_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.5\"} 1");
  }

  @Test
  void whatTheKernelHasIsCountedOnlyWhenItHasIt() {
    VirtualServer dropped =
        new VirtualServer(
            new ServicePortName(WEB, "", Protocol.TCP),
            IpFamily.IPV4,
            new FrontEnd.NodePort(30080),
            new Verdict.Drop());
    Map<ServiceName, List<VirtualServer>> servers = Map.of(WEB, List.of(dropped));

    metrics.synced(outcome(servers, Map.of(IpFamily.IPV6, new IOException("no"))), NOW);
    assertThat(registry.scrape())
        .contains(
            noLocalEndpoints("IPv4", "external") + " 0.0",
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family=\"IPv4\"} 0.0",
            "kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family=\"IPv4\"} 1.5",
            "sluice_kernel_duration_seconds_sum{ip_family=\"IPv4\"} 1.25",
            "sluice_kernel_failures_total{ip_family=\"IPv6\"} 1.0");

    metrics.synced(outcome(servers, Map.of()), NOW);
    assertThat(registry.scrape())
        .contains(
            noLocalEndpoints("IPv4", "external") + " 1.0",
            noLocalEndpoints("IPv4", "internal") + " 0.0",
            noLocalEndpoints("IPv6", "external") + " 0.0",
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family=\"IPv4\"} 1.76722561E9");
  }

  @Test
  void whatTimedWorkWritesIsCounted() {
    metrics.ticked(
        new Reconciler.Ticked(
            Map.of(IpFamily.IPV4, new Written(1, 3)),
            Map.of(IpFamily.IPV6, new IOException("no")),
            new Reconciler.ModeReport(
                ProxyMode.IPVS, Optional.empty(), List.of(), Optional.empty())));

    assertThat(registry.scrape())
        .contains(
            "sluice_kernel_writes_total{ip_family=\"IPv4\"} 1.0",
            "sluice_kernel_objects_written_total{ip_family=\"IPv4\"} 3.0",
            "sluice_kernel_failures_total{ip_family=\"IPv6\"} 1.0",
            "kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"} 0");
  }

  @Test
  void theModeThatForwardsAndThoseThatLeaveAreShownAndSwitchesCounted() {
    ModeMetrics modes = new ModeMetrics(registry);
    assertThat(registry.scrape())
        .contains("sluice_proxy_mode{mode=\"ipvs\"} 0.0", "sluice_proxy_mode_switches_total 0.0");

    modes.now(report(ProxyMode.IPTABLES, Optional.of("no"), List.of()));
    modes.now(report(ProxyMode.IPVS, Optional.empty(), List.of(ProxyMode.IPTABLES)));

    assertThat(registry.scrape())
        .contains(
            "sluice_proxy_mode{mode=\"ipvs\"} 1.0",
            "sluice_proxy_mode{mode=\"iptables\"} 0.0",
            "sluice_proxy_mode_leaving{mode=\"iptables\"} 1.0",
            "sluice_proxy_mode_switches_total 1.0",
            "sluice_proxy_mode_switch_failures_total 1.0");
  }

  private static Reconciler.ModeReport report(
      ProxyMode active, Optional<String> notTurned, List<ProxyMode> leaving) {
    return new Reconciler.ModeReport(active, notTurned, leaving, Optional.empty());
  }
}
