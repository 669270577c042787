package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.report.LinePlot;
import dev.sluice.local.bench.report.LinePlot.Axes;
import dev.sluice.local.bench.report.LinePlot.Point;
import dev.sluice.local.bench.traffic.ConnectTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Draws results over the number of Services, a line for each variant and layout. */
final class LayoutPlots {
  /** What is drawn. */
  enum Plot {
    FULL_LOAD("full-load", "Loading all rules", "seconds"),
    ONE_CHANGE("one-change", "One endpoint replaced", "milliseconds"),
    CONNECT("connect", "Connect to the last Service, p50", "microseconds");

    private final String file;
    private final String title;
    private final String unit;

    Plot(String file, String title, String unit) {
      this.file = "iptables-" + file;
      this.title = title;
      this.unit = unit;
    }

    private LinePlot lines() {
      return new LinePlot(file, title, unit, Axes.LOGARITHMIC);
    }

    /** The files' name, without what tells their format. */
    String file() {
      return file;
    }
  }

  private LayoutPlots() {}

  /** All of them. */
  static List<LinePlot> all() {
    return Arrays.stream(Plot.values()).map(Plot::lines).toList();
  }

  private static OptionalDouble value(Plot plot, Measured measured) {
    return switch (plot) {
      case FULL_LOAD -> OptionalDouble.of(measured.loads().percentile(50) / 1000);
      case ONE_CHANGE -> OptionalDouble.of(measured.changes().percentile(50));
      case CONNECT -> connect(measured);
    };
  }

  private static OptionalDouble connect(Measured measured) {
    ConnectTimes times = measured.connects().get(Target.LAST);
    return times == null || times.nanos().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(times.nanos().get().percentile(50) * 1000);
  }

  /** Writes each plot; one without any value is left out. */
  static void write(Path folder, List<LayoutResult> results) throws IOException {
    for (Plot plot : Plot.values()) {
      plot.lines().write(folder, lines(plot, results));
    }
  }

  private static Map<String, List<Point>> lines(Plot plot, List<LayoutResult> results) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (LayoutResult result : results) {
      if (result.outcome() instanceof Measured measured) {
        value(plot, measured)
            .ifPresent(
                value ->
                    lines
                        .computeIfAbsent(result.what().series(), _ -> new ArrayList<>())
                        .add(new Point(result.what().workload().services(), value)));
      }
    }
    return lines;
  }
}
