package dev.sluice.local.bench.modes;

import dev.sluice.local.bench.report.LinePlot;
import dev.sluice.local.bench.report.LinePlot.Axes;
import dev.sluice.local.bench.report.LinePlot.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Draws results over the number of Services, a line for each mode. */
final class ModesPlots {
  private static final LinePlot CONNECT =
      new LinePlot(
          "modes-connect", "Connect to the last Service, p50", "microseconds", Axes.LINEAR);
  private static final LinePlot AB =
      new LinePlot("modes-ab", "ab, short connections", "requests/s", Axes.LINEAR);

  private ModesPlots() {}

  /** All of them. */
  static List<LinePlot> all() {
    return List.of(CONNECT, AB);
  }

  /** Writes each plot; one without any value is left out. */
  static void write(Path folder, List<ModeResult> results) throws IOException {
    CONNECT.write(folder, lines(results, ModesPlots::connect));
    AB.write(folder, lines(results, result -> result.ab().median()));
  }

  private static OptionalDouble connect(ModeResult result) {
    return result.last().nanos().stream()
        .mapToDouble(nanos -> nanos.percentile(50) * 1000)
        .findFirst();
  }

  private static Map<String, List<Point>> lines(
      List<ModeResult> results, Function<ModeResult, OptionalDouble> value) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (ModeResult result : results) {
      value
          .apply(result)
          .ifPresent(
              y ->
                  lines
                      .computeIfAbsent(result.mode().toString(), _ -> new ArrayList<>())
                      .add(new Point(result.services(), y)));
    }
    return lines;
  }
}
