package dev.sluice.local.bench.log.fanout;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.log.fanout.FanOutResult.Load;
import dev.sluice.local.bench.report.LinePlot;
import dev.sluice.local.bench.report.LinePlot.Axes;
import dev.sluice.local.bench.report.LinePlot.Point;
import dev.sluice.local.bench.report.Page.Section;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Results as lines for a terminal, and as a page's section. Pure, but for the plot's files. */
public final class FanOutTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("pollers", 7),
              new Column("changes/s", 9),
              new Column("changes", 7),
              new Column("commits", 7),
              new Column("each", 11),
              new Column("last", 11),
              new Column("broker cores", 12),
              new Column("MB/s", 6),
              new Column("fetches/s", 9),
              new Column("bench cores", 11)));
  private static final LinePlot LAST =
      new LinePlot(
          "log-fan-out",
          "From writing to the last of all pollers, p50",
          "pollers",
          "milliseconds",
          Axes.LOGARITHMIC);

  private FanOutTable() {}

  /** What the columns mean, a line each. */
  public static List<String> legend() {
    return List.of(
        "each: from when a change was due to be written until a poller had it, in ms,"
            + " p50/p99 over all changes and pollers",
        "last: until all pollers had it, p50/p99 over all changes",
        "changes, commits: of a slice of %d endpoints, written in how many transactions; those that are due while one is under way go with the next"
            .formatted(FanOutRun.ENDPOINTS),
        "broker cores: processors that the broker used, its writing included; its JVM is that of"
            + " the tests (C1 compiler alone, 256 MB)",
        "MB/s, fetches/s: what it sent to all pollers, and how many fetches it answered",
        "bench cores: what the pollers' one thread used; near 1, it is what they wait for");
  }

  /** What stands above the lines. */
  public static String heading() {
    return TABLE.heading();
  }

  /** A result on a terminal. */
  public static String line(FanOutResult result) {
    return TABLE.line(cells(result));
  }

  /** Draws the plot, and gives table and plot. */
  public static Section section(String heading, List<FanOutResult> results, Path folder)
      throws IOException {
    Map<String, List<Point>> lines = new TreeMap<>();
    for (FanOutResult result : results) {
      lines
          .computeIfAbsent("%4d changes/s".formatted(result.rate()), _ -> new ArrayList<>())
          .add(new Point(result.pollers(), result.last().percentile(50)));
    }
    LAST.write(folder, lines);
    return new Section(
        heading,
        TABLE.markdown(results.stream().map(FanOutTable::cells).toList()),
        legend(),
        List.of(LAST));
  }

  private static List<String> cells(FanOutResult result) {
    Load load = result.load();
    return List.of(
        Integer.toString(result.pollers()),
        Integer.toString(result.rate()),
        Integer.toString(result.changes()),
        Integer.toString(result.transactions()),
        result.each().text(),
        result.last().text(),
        format("%.2f", load.brokerCores()),
        format("%.1f", load.megabytes()),
        format("%.0f", load.answers()),
        format("%.2f", load.pollersCores()));
  }
}
