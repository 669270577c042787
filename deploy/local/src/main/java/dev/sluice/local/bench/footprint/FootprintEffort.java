package dev.sluice.local.bench.footprint;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param modes in this order
 * @param cluster the large one; the idle figures are those of a single Service
 * @param changes how many follow the first write, as fast as they can be published
 * @param idle how long nothing happens before an idle process is looked at; every 30 seconds the
 *     kernel is read back
 * @param starts how often an applier is started with each state of its AOT cache; 0: not at all
 */
public record FootprintEffort(
    List<NodeMode> modes, BenchCluster cluster, int changes, Duration idle, int starts) {
  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public FootprintEffort {
    modes = List.copyOf(modes);
    if (changes < 0 || idle.isNegative() || starts < 0) {
      throw new IllegalArgumentException("changes, idle seconds and starts are 0 or more");
    }
  }
}
