package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.util.Locale;

/**
 * What an applier held at one time.
 *
 * @param endpoints of each Service
 * @param after what it had done until then
 * @param tools the most that one of the tools it had started was seen to hold, in KiB
 */
record MemoryResult(
    Variant variant, int services, int endpoints, String after, ProcessMemory applier, long tools) {
  /** What stands above the lines that {@link #toString} gives. */
  static final String HEADING =
      """
      Memory of the applier's process in MiB, as /proc/PID/status tells it.
      peak:  the most that was ever resident until then (VmHWM); now: resident (VmRSS); anon: of it, no file's (RssAnon)
      tools: the peak of the biggest iptables-save or -restore that it had run until then, seen every 20 ms

      variant  services  endpoints  after            peak     now    anon   tools""";

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-8s %8d %10d  %-13s %7.1f %7.1f %7.1f %7.1f",
        variant,
        services,
        services * endpoints,
        after,
        applier.peak() / 1024.0,
        applier.resident() / 1024.0,
        applier.anonymous() / 1024.0,
        tools / 1024.0);
  }
}
