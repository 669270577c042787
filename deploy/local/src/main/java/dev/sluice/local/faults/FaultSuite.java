package dev.sluice.local.faults;

import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * All faults in all modes, one after the other, and a table of what became of it. For one thread.
 *
 * @param rounds of crashes, in each mode
 * @param seed of all that is random
 * @param outage how long each fault of the brokers lasts
 * @param flood how long changes come faster than the kernel takes them
 */
public record FaultSuite(
    Set<Part> parts, List<NodeMode> modes, int rounds, long seed, Duration outage, Duration flood) {
  private static final int CRASH_SERVICES = 60;
  private static final int FLOOD_PER_SECOND = 5000;
  private static final int FLOOD_SERVICES = 1000;
  private static final int GIANT = 5000;
  private static final int NEWCOMERS = 10_000;

  /** What is done to an applier. */
  public enum Part {
    CRASH,
    BROKER,
    OVERLOAD;

    /** As the command line has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException if there is nothing to do
   */
  public FaultSuite {
    parts = Set.copyOf(parts);
    modes = List.copyOf(modes);
    if (parts.isEmpty() || modes.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException("no part, no mode or no round");
    }
    if (outage.toSeconds() < 1 || flood.toSeconds() < 1) {
      throw new IllegalArgumentException("an outage and a flood last a second at least");
    }
  }

  /**
   * Does all of it.
   *
   * @param out is told each step, and at the end the table
   * @return whether nothing was lost and nothing failed
   */
  public boolean run(PrintWriter out) throws IOException, InterruptedException {
    List<FaultSummary> summaries = new ArrayList<>();
    List<OverloadResult> burdens = new ArrayList<>();
    for (Part part : Part.values()) {
      for (NodeMode mode : parts.contains(part) ? modes : List.<NodeMode>of()) {
        FaultSummary summary =
            switch (part) {
              case CRASH ->
                  new CrashRun(mode, rounds, seed, CRASH_SERVICES).run(line -> tell(out, line));
              case BROKER -> new BrokerFaultRun(mode, seed, outage).run(line -> tell(out, line));
              case OVERLOAD -> overload(mode, out, burdens);
            };
        summary.reasons().forEach(reason -> tell(out, mode + " failed: " + reason));
        summaries.add(summary);
      }
    }
    if (!burdens.isEmpty()) {
      tell(out, OverloadResult.heading());
      burdens.forEach(burden -> tell(out, burden.toString()));
    }
    tell(out, FaultSummary.heading());
    summaries.forEach(summary -> tell(out, summary.toString()));
    tell(out, FaultSummary.inWords(summaries, seed));
    return summaries.stream().allMatch(FaultSummary::borne);
  }

  private FaultSummary overload(NodeMode mode, PrintWriter out, List<OverloadResult> burdens)
      throws IOException, InterruptedException {
    OverloadRun run =
        new OverloadRun(mode, seed, flood, FLOOD_PER_SECOND, FLOOD_SERVICES, GIANT, NEWCOMERS);
    return run.run(
        burden -> {
          burdens.add(burden);
          tell(out, burden.toString());
        });
  }

  private static void tell(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
