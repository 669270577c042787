package dev.sluice.local.bench.modes;

import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import dev.sluice.local.bench.traffic.ConnectTimes;
import java.util.List;

/** Results as lines for a terminal and as a Markdown table. Pure. */
final class ModesTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("mode", -15),
              new Column("Services", 8),
              new Column("middle", 9),
              new Column("last", 9),
              new Column("failed", 6),
              new Column("ab", 6),
              new Column("failed", 6)));

  private ModesTable() {}

  /** What the columns mean, a line each. */
  static List<String> legend(ModesEffort effort) {
    return List.of(
        "direct: to an endpoint, by a node without Services; under last",
        "sluice iptables: our prefix tree; linear iptables: kube-proxy's layout; sluice ipvs: ours",
        "middle, last: TCP connect in µs to a Service, by its place in the order of addresses,",
        "  p50/p99 of " + effort.connects() + " each, in turn",
        "ab: requests/s of %d short connections to the last, %d at a time; median of %d rounds in turn"
            .formatted(effort.ab().requests(), effort.ab().concurrency(), effort.rounds()),
        "failed: connects of the columns before, and ab's requests of all rounds");
  }

  /** What stands above the lines. */
  static String heading() {
    return TABLE.heading();
  }

  /** A result on a terminal. */
  static String line(ModeResult result) {
    return TABLE.line(cells(result));
  }

  /** All results as a Markdown table. */
  static String markdown(List<ModeResult> results) {
    return TABLE.markdown(results.stream().map(ModesTable::cells).toList());
  }

  private static List<String> cells(ModeResult result) {
    int failed = result.middle().map(ConnectTimes::failed).orElse(0) + result.last().failed();
    return List.of(
        result.mode().toString(),
        Integer.toString(result.services()),
        result.middle().map(ConnectTimes::text).orElse(TextTable.NONE),
        result.last().text(),
        Integer.toString(failed),
        result.ab().text(),
        Integer.toString(result.ab().failed()));
  }
}
