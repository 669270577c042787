package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Measures how long changes take into the kernel, for each variant and size, and tells a table. */
public final class LatencyBench {
  private final List<Variant> variants;
  private final List<BenchCluster> clusters;
  private final int changes;

  /**
   * @param services the sizes of the clusters
   * @param endpoints of each Service
   * @param changes how many are measured, 1 or more
   * @throws IllegalArgumentException if there can't be such a cluster
   */
  public LatencyBench(List<Variant> variants, List<Integer> services, int endpoints, int changes) {
    this.variants = List.copyOf(variants);
    this.clusters = services.stream().map(size -> new BenchCluster(size, endpoints)).toList();
    this.changes = changes;
  }

  /**
   * Measures.
   *
   * @throws BenchException if a change is not seen within ten seconds
   * @throws RuntimeException as the lab, the broker and the programs throw
   * @throws IOException if files can't be written or a tool can't be run
   */
  public void run(PrintWriter out) throws IOException {
    out.println(LatencyResult.heading(changes));
    out.flush();
    for (Variant variant : variants) {
      for (BenchCluster cluster : clusters) {
        out.println(new LatencyRun(variant, cluster, changes).run());
        out.flush();
      }
    }
  }
}
