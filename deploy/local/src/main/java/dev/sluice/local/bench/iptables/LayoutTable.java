package dev.sluice.local.bench.iptables;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.NotTried;
import dev.sluice.local.bench.iptables.LayoutResult.Outcome;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import dev.sluice.local.bench.traffic.ConnectTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results as lines for a terminal and as a Markdown table. Pure. */
final class LayoutTable {
  private static final TextTable TABLE =
      new TextTable(
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
              new Column("failed", 6)));

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
    return TABLE.heading();
  }

  /** A result on a terminal. */
  static String line(LayoutResult result) {
    return TABLE.line(cells(result));
  }

  /** All results as a Markdown table. */
  static String markdown(List<LayoutResult> results) {
    return TABLE.markdown(results.stream().map(LayoutTable::cells).toList());
  }

  private static List<String> cells(LayoutResult result) {
    List<String> cells = new ArrayList<>();
    cells.add(result.what().kernel());
    cells.add(result.what().layout().toString());
    cells.add(Integer.toString(result.what().workload().services()));
    cells.add(Integer.toString(result.rules()));
    cells.addAll(measured(result.outcome()));
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
        cells.add(measured.direct().text());
        cells.add(measured.service().text());
        cells.add(Integer.toString(measured.direct().failed() + measured.service().failed()));
        yield cells;
      }
    };
  }

  private static String connect(Map<Target, ConnectTimes> connects, Target target) {
    ConnectTimes times = connects.get(target);
    return times == null ? TextTable.NONE : times.text();
  }

  private static int failed(Map<Target, ConnectTimes> connects) {
    return connects.values().stream().mapToInt(ConnectTimes::failed).sum();
  }
}
