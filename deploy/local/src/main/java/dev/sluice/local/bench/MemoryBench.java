package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** Measures what an applier's process holds of memory, for each variant, and tells a table. */
public final class MemoryBench {
  private final List<Variant> variants;
  private final BenchCluster cluster;
  private final int changes;
  private final Duration idle;

  /**
   * @param services the size of the cluster
   * @param endpoints of each Service
   * @param changes how many follow the first write
   * @param idle how long nothing happens after them; the kernel is read back every 30 seconds
   * @throws IllegalArgumentException if there can't be such a cluster
   */
  public MemoryBench(
      List<Variant> variants, int services, int endpoints, int changes, Duration idle) {
    this.variants = List.copyOf(variants);
    this.cluster = new BenchCluster(services, endpoints);
    this.changes = changes;
    this.idle = idle;
  }

  /**
   * Measures.
   *
   * @throws RuntimeException as the lab, the broker and the programs throw
   * @throws IOException if files can't be written or read
   */
  public void run(PrintWriter out) throws IOException, InterruptedException {
    out.println(MemoryResult.HEADING);
    out.flush();
    for (Variant variant : variants) {
      new MemoryRun(variant, cluster, changes, idle)
          .run(
              result -> {
                out.println(result);
                out.flush();
              });
    }
  }
}
