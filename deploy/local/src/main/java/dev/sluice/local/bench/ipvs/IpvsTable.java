package dev.sluice.local.bench.ipvs;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.ipvs.IpvsResult.Changes;
import dev.sluice.local.bench.ipvs.IpvsResult.Loads;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.util.List;

/** Results as lines for a terminal and as a Markdown table. Pure. */
final class IpvsTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("Services", 8),
              new Column("first load", 10),
              new Column("frame", 9),
              new Column("load", 9),
              new Column("kernel", 9),
              new Column("compile", 9),
              new Column("ipvsadm", 10),
              new Column("times", 6),
              new Column("record to kernel", 16),
              new Column("plan, apply", 14),
              new Column("kernel call", 14),
              new Column("ipvsadm", 9),
              new Column("started", 7)));

  private IpvsTable() {}

  /** What the columns mean, a line each. */
  static List<String> legend(IpvsEffort effort) {
    return List.of(
        "load: the back end plans and applies all Services, into a namespace without any; median of "
            + effort.loads(),
        "  first load: the first of them with its frame; at the largest size in a JVM that has just"
            + " started",
        "  frame: before it, what stands whatever Services there are: sets, rules by iptables' tools",
        "  kernel: of it, from sending to the kernel to its last answer",
        "  compile: the compiler alone, measured by itself",
        "  ipvsadm: ipvsadm -R with the same virtual servers, from its start to its end; as often,"
            + " or until 60 s are over",
        "  times: as fast as ipvsadm",
        "record to kernel: one endpoint replaced, in one Service after the other, in ms, p50/p99 of "
            + effort.changes(),
        "  plan, apply: of it, what the back end does",
        "  kernel call: of it, from sending to the kernel to its acknowledgement",
        "  ipvsadm: ipvsadm -R with the same change, p50",
        "  started: processes and threads that anybody in this kernel started meanwhile");
  }

  /** What stands above the lines. */
  static String heading() {
    return TABLE.heading();
  }

  /** A result on a terminal. */
  static String line(IpvsResult result) {
    return TABLE.line(cells(result));
  }

  /** All results as a Markdown table. */
  static String markdown(List<IpvsResult> results) {
    return TABLE.markdown(results.stream().map(IpvsTable::cells).toList());
  }

  private static List<String> cells(IpvsResult result) {
    Loads loads = result.loads();
    Changes changes = result.changes();
    return List.of(
        Integer.toString(result.services()),
        format("%.2f s", result.firstLoad() / 1e9),
        seconds(loads.frame()),
        seconds(loads.all()),
        seconds(loads.kernel()),
        seconds(loads.compile()),
        seconds(loads.ipvsadm()),
        format("%.0f", result.timesFaster()),
        millis(changes.record()),
        millis(changes.apply()),
        millis(changes.kernel()),
        format("%.1f ms", loads.ipvsadmChange().percentile(50)),
        Long.toString(changes.started()));
  }

  private static String seconds(Durations times) {
    return format("%.2f s", times.percentile(50) / 1000);
  }

  private static String millis(Durations times) {
    return format("%.3f", times.percentile(50)) + "/" + format("%.3f", times.percentile(99));
  }
}
