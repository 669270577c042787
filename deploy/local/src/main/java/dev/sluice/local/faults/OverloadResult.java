package dev.sluice.local.faults;

import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.List;

/**
 * What became of one burden.
 *
 * @param burden what it was
 * @param changes published
 * @param published how long publishing them took
 * @param caughtUp how long after the last of them the kernel had it
 * @param writes to the kernel meanwhile
 * @param lag the most that health told, in seconds
 * @param peak the most memory that the applier has had resident so far, in KiB
 */
public record OverloadResult(
    NodeMode mode,
    String burden,
    long changes,
    Duration published,
    Duration caughtUp,
    long writes,
    double lag,
    long peak) {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("mode", -15),
              new Column("burden", -34),
              new Column("changes", 7),
              new Column("changes/s", 9),
              new Column("caught up s", 11),
              new Column("writes", 6),
              new Column("lag s", 5),
              new Column("peak MiB", 8)));

  /** What stands above the lines. */
  public static String heading() {
    return TABLE.heading();
  }

  /** Changes a second, as they were published. */
  public double rate() {
    return changes / (published.toMillis() / 1000.0);
  }

  /** Its line. */
  @Override
  public String toString() {
    return TABLE.line(
        List.of(
            mode.toString(),
            burden,
            Long.toString(changes),
            TextTable.format("%.0f", rate()),
            TextTable.format("%.1f", caughtUp.toMillis() / 1000.0),
            Long.toString(writes),
            TextTable.format("%.1f", lag),
            Long.toString(peak / 1024)));
  }
}
