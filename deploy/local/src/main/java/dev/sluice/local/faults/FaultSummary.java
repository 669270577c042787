package dev.sluice.local.faults;

import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import dev.sluice.local.run.NodeMode;
import java.util.List;

/**
 * What faults were made, and what became of everything meanwhile.
 *
 * @param part such as {@code crash}
 * @param faults injected
 * @param writing of these that came while the kernel was written
 * @param published changes on the log
 * @param lost of these that are missing on the log, or that the kernel lacked when it was compared
 * @param compared how often the kernel was compared with the log
 * @param traffic through the node, all along
 */
public record FaultSummary(
    String part,
    NodeMode mode,
    int faults,
    int writing,
    long published,
    long lost,
    int compared,
    SteadyTraffic.Counts traffic) {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("part", -8),
              new Column("mode", -15),
              new Column("faults", 6),
              new Column("in a write", 10),
              new Column("published", 9),
              new Column("lost", 4),
              new Column("compared", 8),
              new Column("open", 4),
              new Column("dropped", 7),
              new Column("echoes", 8),
              new Column("connects", 8),
              new Column("failed", 6),
              new Column("slow", 4)));

  /** What stands above the lines. */
  public static String heading() {
    return TABLE.heading();
  }

  /** What all of them come to, as one line. */
  public static String inWords(List<FaultSummary> all, long seed) {
    return ("faults injected %d, changes published %d, changes lost %d, connections dropped %d,"
            + " new connections %d, failed %d (seed %d)")
        .formatted(
            all.stream().mapToInt(FaultSummary::faults).sum(),
            all.stream().mapToLong(FaultSummary::published).sum(),
            all.stream().mapToLong(FaultSummary::lost).sum(),
            all.stream().mapToInt(one -> one.traffic().dropped()).sum(),
            all.stream().mapToLong(one -> one.traffic().connects()).sum(),
            all.stream().mapToLong(one -> one.traffic().failed()).sum(),
            seed);
  }

  /** Whether nothing was lost and nothing failed. */
  public boolean borne() {
    return lost == 0 && traffic.dropped() == 0 && traffic.failed() == 0;
  }

  /** What went wrong with connections first; empty if nothing did. */
  public List<String> reasons() {
    return traffic.reasons();
  }

  /** Its line. */
  @Override
  public String toString() {
    return TABLE.line(
        List.of(
            part,
            mode.toString(),
            Integer.toString(faults),
            Integer.toString(writing),
            Long.toString(published),
            Long.toString(lost),
            Integer.toString(compared),
            Integer.toString(traffic.open()),
            Integer.toString(traffic.dropped()),
            Long.toString(traffic.echoes()),
            Long.toString(traffic.connects()),
            Long.toString(traffic.failed()),
            Long.toString(traffic.slow())));
  }
}
