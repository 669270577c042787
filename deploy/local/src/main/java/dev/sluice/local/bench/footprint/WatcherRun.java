package dev.sluice.local.bench.footprint;

import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.log.path.ApiServices;
import dev.sluice.local.run.Metrics;
import dev.sluice.local.run.OperationsPage;
import dev.sluice.local.run.SluiceProgram;
import dev.sluice.local.run.WatcherProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Measures the memory of a watcher that has published a whole cluster, and then idles. */
final class WatcherRun {
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(10);

  private final BenchCluster cluster;
  private final Duration idle;

  WatcherRun(BenchCluster cluster, Duration idle) {
    this.cluster = cluster;
    this.idle = idle;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @throws dev.sluice.local.run.ProgramException if the watcher ends by itself, or has not
   *     published all within ten minutes
   */
  void run(Consumer<MemoryResult> results) throws IOException, InterruptedException {
    FakeCluster objects = new FakeCluster();
    ApiServices services = new ApiServices(objects, cluster.services(), cluster.endpoints());
    try (FootprintLab lab = FootprintLab.create();
        FakeApiServer api =
            lab.control().<FakeApiServer, RuntimeException>call(() -> new FakeApiServer(objects))) {
      Path kubeconfig = lab.folder().resolve("kubeconfig");
      api.writeKubeconfig(kubeconfig);
      try (SluiceProgram watcher =
          WatcherProgram.start(
              lab.control(),
              lab.bootstrapServers(),
              List.of("--kubeconfig", kubeconfig.toString()),
              lab.folder().resolve("watcher.log"))) {
        OperationsPage metrics = new OperationsPage(lab.control(), WatcherProgram.METRICS);
        // before it leads, it is well too
        watcher.await(
            "at the last revision", LOAD_LIMIT, () -> revision(metrics) >= services.objects());
        results.accept(result("published", watcher));
        Thread.sleep(idle);
        watcher.checkRunning();
        results.accept(result(idle.toSeconds() + " s idle", watcher));
      }
    }
  }

  private static double revision(OperationsPage metrics) {
    return metrics.get().map(page -> new Metrics(page).sum("sluice_watcher_revision")).orElse(0.0);
  }

  private MemoryResult result(String after, SluiceProgram watcher) throws IOException {
    return new MemoryResult("watcher", cluster, after, ProcessMemory.of(watcher.pid()), 0);
  }
}
