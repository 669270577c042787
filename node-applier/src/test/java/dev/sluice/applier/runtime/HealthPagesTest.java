package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.host.HealthReport;
import dev.sluice.events.model.Node;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthPagesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
  private static final Instant BEFORE = NOW.minusSeconds(60);
  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final Node NODE = new Node("n", List.of(), "", List.of(), false, false);
  private static final Node SCALED_DOWN = new Node("n", List.of(), "", List.of(), false, true);
  private static final Progress WELL =
      Progress.start()
          .withWaitingFor(Optional.empty())
          .withNode(Optional.of(NODE))
          .updated(7, BEFORE, Optional.empty());

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Progress progress = WELL;
  private final HealthPages pages =
      new HealthPages(
          () -> progress,
          () -> Map.of("revisions", 3L),
          PERIOD,
          registry,
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void sayWhatKubeProxySaysAndTheRevision() {
    assertThat(pages.healthz())
        .isEqualTo(
            new HealthReport(
                true,
                Map.of(
                    "lastUpdated",
                    "2026-01-01T00:01:00Z",
                    "currentTime",
                    "2026-01-01T00:01:00Z",
                    "nodeEligible",
                    true,
                    "healthy",
                    true,
                    "revision",
                    7L,
                    "lag",
                    Map.of("revisions", 3L))));
    assertThat(pages.livez().body())
        .doesNotContainKey("nodeEligible")
        .containsEntry("lastUpdated", "2026-01-01T00:01:00Z");
  }

  @Test
  void aChangeThatWaitsForTwoSyncPeriodsIsNeitherHealthyNorAlive() {
    progress = WELL.withPendingSince(Optional.of(NOW.minus(PERIOD.multipliedBy(2)).plusMillis(1)));
    assertThat(pages.healthz().ok()).isTrue();
    assertThat(pages.livez().ok()).isTrue();

    progress = WELL.withPendingSince(Optional.of(NOW.minus(PERIOD.multipliedBy(2))));
    assertThat(pages.healthz().ok()).isFalse();
    assertThat(pages.livez().ok()).isFalse();
    assertThat(pages.livez().body())
        .containsEntry("healthy", false)
        .as("when the kernel really was updated")
        .containsEntry("lastUpdated", "2026-01-01T00:00:00Z");
  }

  @Test
  void aNodeThatGoesIsNotHealthyButAlive() {
    progress = WELL.withNode(Optional.of(SCALED_DOWN));

    assertThat(pages.healthz().ok()).isFalse();
    assertThat(pages.healthz().body())
        .containsEntry("nodeEligible", false)
        .containsEntry("healthy", true);
    assertThat(pages.livez().ok()).isTrue();
  }

  @Test
  void beforeTheFirstUpdateItIsNotReadyButAlive() {
    progress = Progress.start();

    assertThat(pages.healthz().ok()).isFalse();
    assertThat(pages.healthz().body())
        .containsEntry("lastUpdated", "0001-01-01T00:00:00Z")
        .containsEntry("waitingFor", "the log has not been read to its end");
    assertThat(pages.livez().ok()).as("a restart would not bring the log sooner").isTrue();
  }

  @Test
  void answersAreCountedByStatus() {
    assertThat(registry.scrape())
        .as("before anybody has asked")
        .contains(
            "kubeproxy_proxy_healthz_total{code=\"200\"} 0.0",
            "kubeproxy_proxy_healthz_total{code=\"503\"} 0.0",
            "kubeproxy_proxy_livez_total{code=\"200\"} 0.0",
            "kubeproxy_proxy_livez_total{code=\"503\"} 0.0");
    var _ = pages.healthz();
    progress = WELL.withNode(Optional.of(SCALED_DOWN));
    var _ = pages.healthz();
    var _ = pages.healthz();
    var _ = pages.livez();

    assertThat(registry.scrape())
        .contains(
            "kubeproxy_proxy_healthz_total{code=\"200\"} 1.0",
            "kubeproxy_proxy_healthz_total{code=\"503\"} 2.0",
            "kubeproxy_proxy_livez_total{code=\"200\"} 1.0",
            "kubeproxy_proxy_livez_total{code=\"503\"} 0.0");
  }
}
