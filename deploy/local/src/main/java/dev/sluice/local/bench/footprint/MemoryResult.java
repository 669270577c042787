package dev.sluice.local.bench.footprint;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.util.List;

/**
 * What a program held at one time.
 *
 * @param program and its mode, where it has one
 * @param after what it had done until then
 * @param tools the most that one of the tools it had started was seen to hold, in KiB; 0: none
 */
record MemoryResult(
    String program, BenchCluster cluster, String after, ProcessMemory memory, long tools) {
  static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("program", -24),
              new Column("services", 8),
              new Column("endpoints", 9),
              new Column("after", -18),
              new Column("peak", 6),
              new Column("now", 6),
              new Column("anon", 6),
              new Column("tools", 6)));

  static final List<String> LEGEND =
      List.of(
          "memory in MiB, as /proc/PID/status tells it",
          "peak:  the most that was ever resident until then (VmHWM)",
          "now:   resident (VmRSS); anon: of it, no file's (RssAnon)",
          "tools: the peak of the biggest tool that it had run until then, seen every 20 ms;",
          "       it is there only while the tool runs");

  List<String> cells() {
    return List.of(
        program,
        Integer.toString(cluster.services()),
        Integer.toString(cluster.services() * cluster.endpoints()),
        after,
        mebibytes(memory.peak()),
        mebibytes(memory.resident()),
        mebibytes(memory.anonymous()),
        tools == 0 ? TextTable.NONE : mebibytes(tools));
  }

  private static String mebibytes(long kibibytes) {
    return format("%.1f", kibibytes / 1024.0);
  }
}
