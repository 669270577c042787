package dev.sluice.local.bench.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.ipvs.IpvsResult.Changes;
import dev.sluice.local.bench.ipvs.IpvsResult.Loads;
import java.util.List;
import org.junit.jupiter.api.Test;

class IpvsTableTest {
  private static Durations times(double... millis) {
    long[] nanos = new long[millis.length];
    for (int i = 0; i < millis.length; i++) {
      nanos[i] = Math.round(millis[i] * 1e6);
    }
    return new Durations(nanos);
  }

  private final IpvsResult result =
      new IpvsResult(
          10_000,
          2_345_000_000L,
          new Loads(
              times(200),
              times(1500, 1400, 1600),
              times(400),
              times(300),
              times(30_000),
              times(21)),
          new Changes(times(1, 2, 5), times(0.5, 0.9), times(0.04, 0.05, 0.2), 0));

  @Test
  void whatWasMeasuredStandsInItsColumns() {
    assertThat(IpvsTable.markdown(List.of(result)))
        .endsWith(
            "| 10000 | 2.35 s | 0.20 s | 1.50 s | 0.40 s | 0.30 s | 30.00 s | 20 | 2.000/5.000"
                + " | 0.500/0.900 | 0.050/0.200 | 21.0 ms | 0 |\n");
  }

  @Test
  void cellsStandBelowTheirTitles() {
    assertThat(IpvsTable.line(result)).hasSameSizeAs(IpvsTable.heading());
  }

  @Test
  void theKernelTellsHowManyProcessesItHasStarted() {
    assertThat(ChangeRun.started("cpu 1 2\nbtime 3\nprocesses 1234\nprocs_running 1\n"))
        .isEqualTo(1234);
  }
}
