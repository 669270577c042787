package dev.sluice.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics =
      new Metrics(
          """
          # HELP writes_total all
          # TYPE writes_total counter
          writes_total{ip_family="IPv4"} 2.0
          writes_total{ip_family="IPv6"} 3.0
          writes_total_other 100.0
          revision 1.0E7
          """);

  @Test
  void aMetricIsSummedOverItsLabels() {
    assertThat(metrics.sum("writes_total")).isEqualTo(5);
    assertThat(metrics.sum("writes_total", "ip_family=\"IPv4\"")).isEqualTo(2);
    assertThat(metrics.sum("revision")).isEqualTo(10_000_000);
  }

  @Test
  void aMetricThatIsNotThereIsAnErrorAndNotZero() {
    assertThatThrownBy(() -> metrics.sum("writes"))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("writes");
  }
}
