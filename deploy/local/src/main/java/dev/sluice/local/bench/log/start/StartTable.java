package dev.sluice.local.bench.log.start;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.util.List;

/** Results as lines for a terminal, and as a Markdown table. Pure. */
public final class StartTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("iptables", -8),
              new Column("Services", 8),
              new Column("endpoints", 9),
              new Column("from", -10),
              new Column("starts", 6),
              new Column("whole", 7),
              new Column("process", 7),
              new Column("read", 7),
              new Column("compute", 7),
              new Column("kernel", 7),
              new Column("longest", 7)));

  private StartTable() {}

  /** What the columns mean, a line each. */
  public static List<String> legend() {
    return List.of(
        "whole: from the start of the applier's process to a kernel, empty before, with the whole"
            + " cluster; median, and longest",
        "  from: the log's beginning, or a checkpoint that has all of it",
        "  process: shell, JVM, what the kernel can do; read: checkpoint, Kafka, decoding, the image",
        "  compute: forwarding and rules; kernel: looking what is there, comparing, the restore"
            + " tools of both families",
        "  medians of each part by itself");
  }

  /** What stands above the lines. */
  public static String heading() {
    return TABLE.heading();
  }

  /** A result on a terminal. */
  public static String line(StartResult result) {
    return TABLE.line(cells(result));
  }

  /** All results as a Markdown table. */
  public static String markdown(List<StartResult> results) {
    return TABLE.markdown(results.stream().map(StartTable::cells).toList());
  }

  private static List<String> cells(StartResult result) {
    return List.of(
        result.variant().toString(),
        Integer.toString(result.cluster().services()),
        Integer.toString(result.cluster().services() * result.cluster().endpoints()),
        result.origin().toString(),
        Integer.toString(result.whole().number()),
        seconds(result.whole(), 50),
        seconds(result.process(), 50),
        seconds(result.read(), 50),
        seconds(result.compute(), 50),
        seconds(result.kernel(), 50),
        seconds(result.whole(), 100));
  }

  private static String seconds(Durations times, int percent) {
    return format("%.2f s", times.percentile(percent) / 1000);
  }
}
