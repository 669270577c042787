package dev.sluice.local.bench.log.path;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.report.LinePlot;
import dev.sluice.local.bench.report.LinePlot.Axes;
import dev.sluice.local.bench.report.LinePlot.Point;
import dev.sluice.local.bench.report.Page.Section;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as lines for a terminal, and as a page's section. Pure, but for the plot's files. */
public final class PathTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("iptables", -8),
              new Column("changes/s", 9),
              new Column("sent/s", 6),
              new Column("changes", 7),
              new Column("whole", 11),
              new Column("to the log", 11),
              new Column("to the kernel", 13),
              new Column("transactions", 12),
              new Column("writes", 6)));
  private static final LinePlot WHOLE =
      new LinePlot(
          "log-path",
          "From the watch event to the kernel",
          "changes/s",
          "milliseconds",
          Axes.LOGARITHMIC);

  private PathTable() {}

  /** What the columns mean, a line each. */
  public static List<String> legend() {
    return List.of(
        "whole: from the API server's watch event until the kernel has taken the change, in ms,"
            + " p50/p99 over all changes",
        "  to the log: of it, until the watcher has committed the transaction",
        "  to the kernel: the rest, until the applier's restore tool has ended",
        "transactions, writes: in how many of them the changes came to the log and to the kernel:"
            + " what has come meanwhile goes with the next",
        "by the programs' logs, whose times are whole milliseconds, rounded down");
  }

  /** What stands above the lines. */
  public static String heading() {
    return TABLE.heading();
  }

  /** A result on a terminal. */
  public static String line(PathResult result) {
    return TABLE.line(cells(result));
  }

  /** Draws the plot, and gives table and plot. */
  public static Section section(String heading, List<PathResult> results, Path folder)
      throws IOException {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (PathResult result : results) {
      for (int percent : new int[] {50, 99}) {
        lines
            .computeIfAbsent("%s, p%d".formatted(result.variant(), percent), _ -> new ArrayList<>())
            .add(new Point(result.rate(), result.whole().percentile(percent)));
      }
    }
    WHOLE.write(folder, lines);
    return new Section(
        heading,
        TABLE.markdown(results.stream().map(PathTable::cells).toList()),
        legend(),
        List.of(WHOLE));
  }

  private static List<String> cells(PathResult result) {
    return List.of(
        result.variant().toString(),
        Integer.toString(result.rate()),
        format("%.0f", result.sent()),
        Integer.toString(result.changes()),
        result.whole().text(),
        result.toLog().text(),
        result.toKernel().text(),
        Integer.toString(result.transactions()),
        Integer.toString(result.writes()));
  }
}
