package dev.sluice.local.bench.log.start;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.Durations;
import java.util.Locale;

/**
 * What all starts with one variant came to.
 *
 * @param origin what they began with
 * @param whole from the start of the process to a kernel with the whole cluster
 * @param process of it, until the program looks around: shell, JVM, its tools found
 * @param read until it has read its checkpoint, if it has one, and the log to its end
 * @param compute what the node must forward, the rules for it, and waiting for a processor
 * @param kernel reading the kernel, comparing, and writing by the tools
 */
public record StartResult(
    Variant variant,
    BenchCluster cluster,
    Origin origin,
    Durations whole,
    Durations process,
    Durations read,
    Durations compute,
    Durations kernel) {
  /** What an applier begins with. */
  public enum Origin {
    /** Nothing: the log is read from its beginning. */
    LOG,
    /** A checkpoint that has all of the log. */
    CHECKPOINT;

    /** As tables have it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
