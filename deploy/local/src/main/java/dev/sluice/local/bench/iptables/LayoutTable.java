package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.NotTried;
import dev.sluice.local.bench.iptables.LayoutResult.Outcome;
import dev.sluice.local.bench.iptables.LayoutResult.Rates;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Results as lines for a terminal and as a Markdown table. Pure. */
final class LayoutTable {
  private static final String NONE = "-";

  /**
   * @param width on a terminal
   */
  private record Column(String title, int width) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("iptables", -11),
          new Column("layout", -10),
          new Column("Services", 8),
          new Column("rules", 7),
          new Column("load", 8),
          new Column("change p50", 10),
          new Column("p90", 9),
          new Column("direct", 9),
          new Column("other", 9),
          new Column("first", 9),
          new Column("middle", 9),
          new Column("last", 9),
          new Column("failed", 6),
          new Column("ab direct", 9),
          new Column("ab Service", 10),
          new Column("failed", 6));

  private LayoutTable() {}

  /** What the columns mean, a line each. */
  static List<String> legend(Effort effort) {
    return List.of(
        "load: the restore tool, into an empty kernel; median",
        "change: the restore tool, one endpoint of one Service replaced; median and p90 of at most "
            + effort.changes(),
        "direct to last: TCP connect in µs, p50/p99 of " + effort.connects() + " each, in turn:",
        "  direct: to an endpoint, by a node without Services",
        "  other: to an endpoint, by the node with the Services",
        "  first, middle, last: to a Service, by its place in the order of addresses",
        "ab: requests/s of %d short connections, %d at a time; median of %d rounds in turn"
            .formatted(effort.ab().requests(), effort.ab().concurrency(), effort.rounds()),
        "failed: connects of the columns before, and ab's requests of all rounds");
  }

  /** What stands above the lines. */
  static String heading() {
    return padded(COLUMNS.stream().map(Column::title).toList());
  }

  /** A result on a terminal. */
  static String line(LayoutResult result) {
    return padded(cells(result));
  }

  private static String padded(List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> String.format("%" + COLUMNS.get(i).width() + "s", cells.get(i)))
        .collect(Collectors.joining(" "))
        .stripTrailing();
  }

  /** All results as a Markdown table. */
  static String markdown(List<LayoutResult> results) {
    StringBuilder table = new StringBuilder();
    table.append(row(COLUMNS.stream().map(Column::title).toList()));
    table.append(row(COLUMNS.stream().map(column -> column.width() < 0 ? "---" : "--:").toList()));
    results.forEach(result -> table.append(row(cells(result))));
    return table.toString();
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static List<String> cells(LayoutResult result) {
    List<String> cells = new ArrayList<>();
    cells.add(result.what().kernel());
    cells.add(result.what().layout().toString());
    cells.add(Integer.toString(result.what().workload().services()));
    cells.add(Integer.toString(result.rules()));
    cells.addAll(measured(result.outcome()));
    cells.addAll(Collections.nCopies(COLUMNS.size() - cells.size(), NONE));
    return cells;
  }

  private static List<String> measured(Outcome outcome) {
    return switch (outcome) {
      case NotTried() -> List.of();
      case TooSlow(var limit) -> List.of("> " + limit.toSeconds() + " s");
      case Measured measured -> {
        List<String> cells = new ArrayList<>();
        cells.add(format("%.2f s", measured.loads().percentile(50) / 1000));
        cells.add(format("%.1f ms", measured.changes().percentile(50)));
        cells.add(format("%.1f ms", measured.changes().percentile(90)));
        for (Target target : Target.values()) {
          cells.add(connect(measured.connects(), target));
        }
        cells.add(Integer.toString(failed(measured.connects())));
        cells.add(rate(measured.direct()));
        cells.add(rate(measured.service()));
        cells.add(Integer.toString(measured.direct().failed() + measured.service().failed()));
        yield cells;
      }
    };
  }

  private static String connect(Map<Target, ConnectTimes> connects, Target target) {
    ConnectTimes times = connects.get(target);
    return times == null
        ? NONE
        : times.nanos().map(nanos -> micros(nanos, 50) + "/" + micros(nanos, 99)).orElse(NONE);
  }

  private static String micros(Durations nanos, int percent) {
    return format("%.0f", nanos.percentile(percent) * 1000);
  }

  private static int failed(Map<Target, ConnectTimes> connects) {
    return connects.values().stream().mapToInt(ConnectTimes::failed).sum();
  }

  private static String rate(Rates rates) {
    return rates.median().isPresent() ? format("%.0f", rates.median().getAsDouble()) : NONE;
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
