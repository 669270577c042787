package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.report.Latencies;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:30Z");

  private final LatencyWindow window = new LatencyWindow();

  @Test
  void changesCountForTenMinutes() {
    window.add(Duration.ofMillis(5), START);
    window.add(Duration.ofMillis(5), START.plusSeconds(1));
    window.add(Duration.ofMillis(900), START.plus(Duration.ofMinutes(3)));

    assertThat(window.at(START.plus(Duration.ofMinutes(9))))
        .isEqualTo(new Latencies(Map.of(6L, 2L, 1024L, 1L), 600));
    assertThat(window.at(START.plus(Duration.ofMinutes(11))))
        .isEqualTo(new Latencies(Map.of(1024L, 1L), 600));
    assertThat(window.at(START.plus(Duration.ofHours(1)))).isEqualTo(new Latencies(Map.of(), 600));
  }

  @Test
  void aWatchersClockThatIsAheadMakesNoNegativeTimes() {
    window.add(Duration.ofMillis(-20), START);

    assertThat(window.at(START).upToMillis()).isEqualTo(Map.of(1L, 1L));
  }
}
