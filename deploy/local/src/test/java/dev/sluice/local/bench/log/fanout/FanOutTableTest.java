package dev.sluice.local.bench.log.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.log.fanout.FanOutResult.Load;
import dev.sluice.local.bench.report.Page.Section;
import dev.sluice.local.bench.report.Pixels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanOutTableTest {
  private static FanOutResult result(int pollers, int rate, long lastNanos) {
    return new FanOutResult(
        pollers,
        rate,
        1000,
        640,
        1800,
        new Durations(new long[] {4_210_000, 11_900_000}),
        new Durations(new long[] {lastNanos}),
        new Load(0.914, 0.251, 12.34, 45_678.9));
  }

  @Test
  void whatWasMeasuredStandsInItsColumns(@TempDir Path folder) throws Exception {
    Section section =
        FanOutTable.section(
            "## Readers", List.of(result(1, 100, 6_000_000), result(500, 100, 60_000_000)), folder);

    assertThat(section.table())
        .endsWith(
            """
            | 1 | 100 | 1000 | 640 | 4.2/12 | 6.0/6.0 | 0.91 | 12.3 | 45679 | 0.25 |
            | 500 | 100 | 1000 | 640 | 4.2/12 | 60/60 | 0.91 | 12.3 | 45679 | 0.25 |
            """);
    assertThat(Pixels.coloured(folder.resolve("log-fan-out.png"))).isGreaterThan(300);
  }

  @Test
  void cellsStandBelowTheirTitles() {
    assertThat(FanOutTable.line(result(2000, 10, 6_000_000))).hasSameSizeAs(FanOutTable.heading());
  }
}
