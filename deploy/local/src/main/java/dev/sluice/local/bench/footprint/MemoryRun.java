package dev.sluice.local.bench.footprint;

import dev.sluice.events.model.EndpointSlice;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.bench.BenchLog.Replacement;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures an applier's memory with one mode and one cluster: after the start, after changes, and
 * after idling.
 */
final class MemoryRun {
  private static final int[] PORTS = {8001, 8002};
  private static final int BATCH = 100;
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(10);

  private final NodeMode mode;
  private final BenchCluster cluster;
  private final int changes;
  private final Duration idle;

  MemoryRun(NodeMode mode, BenchCluster cluster, int changes, Duration idle) {
    this.mode = mode;
    this.cluster = cluster;
    this.changes = changes;
    this.idle = idle;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @param results is told each as soon as it is known
   * @throws dev.sluice.local.run.ProgramException if the applier ends by itself, or has not written
   *     the cluster or the changes to the kernel within ten minutes
   */
  void run(Consumer<MemoryResult> results) throws IOException, InterruptedException {
    try (FootprintLab lab = FootprintLab.create();
        BenchLog log = lab.publish(cluster.objects(PORTS[0]));
        ApplierProgram applier = lab.start(mode);
        ToolWatch tools = new ToolWatch(applier.pid())) {
      applier.awaitRevision(log.revision(), LOAD_LIMIT);
      results.accept(result("first write", applier, tools));
      if (changes > 0) {
        publishChanges(log);
        applier.awaitRevision(log.revision(), LOAD_LIMIT);
        results.accept(result(changes + " changes", applier, tools));
      }
      Thread.sleep(idle);
      applier.checkRunning();
      results.accept(result(idle.toSeconds() + " s idle", applier, tools));
    }
  }

  private void publishChanges(BenchLog log) {
    List<Replacement> batch = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      EndpointSlice before = cluster.measuredSlice(PORTS[i % 2]);
      batch.add(new Replacement(before, cluster.measuredSlice(PORTS[1 - i % 2])));
      if (batch.size() == BATCH || i == changes - 1) {
        var _ = log.replace(batch);
        batch.clear();
      }
    }
  }

  private MemoryResult result(String after, ApplierProgram applier, ToolWatch tools)
      throws IOException {
    return new MemoryResult(
        "applier, " + mode, cluster, after, ProcessMemory.of(applier.pid()), tools.peak());
  }
}
