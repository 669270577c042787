package dev.sluice.local.bench.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.iptables.LayoutPlots.Plot;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.NotTried;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.report.Pixels;
import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Rates;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutPlotsTest {
  private static final Rates NONE = new Rates(OptionalDouble.empty(), 1);

  private static LayoutCase size(Layout layout, int services) {
    return new LayoutCase(Variant.LEGACY, layout, new Workload(IpFamily.IPV4, services, 20));
  }

  private static LayoutResult result(Layout layout, int services, ConnectTimes last, long nanos) {
    Durations times = new Durations(new long[] {nanos});
    return new LayoutResult(
        size(layout, services),
        1,
        new Measured(times, times, Map.of(Target.LAST, last), NONE, NONE));
  }

  private static ConnectTimes connected(long nanos) {
    return new ConnectTimes(Optional.of(new Durations(new long[] {nanos})), 0);
  }

  @Test
  void eachPlotIsDrawnAsPixelsAndAsLines(@TempDir Path folder) throws IOException {
    LayoutPlots.write(
        folder,
        List.of(
            result(Layout.SLUICE, 100, connected(20_000), 10_000_000),
            result(Layout.SLUICE, 10_000, connected(30_000), 2_000_000_000),
            result(Layout.KUBE_PROXY, 100, connected(25_000), 50_000_000),
            new LayoutResult(size(Layout.KUBE_PROXY, 10_000), 1, new NotTried())));

    for (Plot plot : Plot.values()) {
      assertThat(Pixels.coloured(folder.resolve(plot.file() + ".png"))).isGreaterThan(500);
      assertThat(Files.readString(folder.resolve(plot.file() + ".svg"))).contains("<svg", "<path");
    }
  }

  @Test
  void whatNobodyHasIsNotDrawn(@TempDir Path folder) throws IOException {
    ConnectTimes failed = new ConnectTimes(Optional.empty(), 500);

    LayoutPlots.write(folder, List.of(result(Layout.SLUICE, 100, failed, 10_000_000)));

    assertThat(folder.resolve(Plot.CONNECT.file() + ".png")).doesNotExist();
    assertThat(folder.resolve(Plot.FULL_LOAD.file() + ".png")).isNotEmptyFile();
  }
}
