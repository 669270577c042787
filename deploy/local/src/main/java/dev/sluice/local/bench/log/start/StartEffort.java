package dev.sluice.local.bench.log.start;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchCluster;
import java.util.List;

/**
 * How much is measured.
 *
 * @param variants of iptables
 * @param cluster what is on the log
 * @param starts with each variant
 */
public record StartEffort(List<Variant> variants, BenchCluster cluster, int starts) {
  /**
   * @throws IllegalArgumentException if nothing is to be measured
   */
  public StartEffort {
    variants = List.copyOf(variants);
    if (starts < 1) {
      throw new IllegalArgumentException("1 or more starts");
    }
  }
}
