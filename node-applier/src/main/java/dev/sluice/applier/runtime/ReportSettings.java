package dev.sluice.applier.runtime;

import java.time.Duration;
import java.util.Map;

/**
 * How a node reports.
 *
 * @param interval after how long it reports at the latest; zero: never
 * @param options by which options of {@code sluice plan} its program comes about
 */
public record ReportSettings(Duration interval, Options options) {
  /** No reports. */
  public static final ReportSettings NONE = new ReportSettings(Duration.ZERO, _ -> Map.of());

  /** So much of the interval is the least between two reports. */
  private static final int PARTS = 10;

  /** Says what shaped a program. */
  @FunctionalInterface
  public interface Options {
    /** Long options and their values; those that are empty are left out. */
    Map<String, String> of(NodeProgram program);
  }

  /** The least time between two reports: what changes meanwhile is told by the second. */
  Duration gap() {
    return interval.dividedBy(PARTS);
  }
}
