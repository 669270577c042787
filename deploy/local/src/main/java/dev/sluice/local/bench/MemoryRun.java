package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures an applier's memory with one variant and one cluster: after the start, after changes,
 * and after idling.
 */
final class MemoryRun {
  private static final int[] PORTS = Servers.PORTS;
  private static final Duration CHANGE_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(10);

  private final Variant variant;
  private final BenchCluster cluster;
  private final int changes;
  private final Duration idle;

  MemoryRun(Variant variant, BenchCluster cluster, int changes, Duration idle) {
    this.variant = variant;
    this.cluster = cluster;
    this.changes = changes;
    this.idle = idle;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @param results is told each as soon as it is known
   * @throws dev.sluice.local.run.ProgramException if the applier ends by itself, or a change is not
   *     in the kernel within 30 seconds
   */
  void run(Consumer<MemoryResult> results) throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.create("bench");
        NodeLab lab = NodeLab.create()) {
      NetworkNamespace control = lab.addControl();
      BrokerSettings broker =
          BrokerSettings.in(work.path().resolve("broker")).withListen(NodeLab.CONTROL_V4);
      try (EmbeddedBroker running =
              control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(broker));
          BenchLog log =
              control.<BenchLog, RuntimeException>call(
                  () -> new BenchLog(running.bootstrapServers()))) {
        log.publish(cluster.objects(PORTS[0]));
        ApplierProgram.Settings settings =
            new ApplierProgram.Settings(
                running.bootstrapServers(),
                BenchCluster.NODE,
                Optional.of(ProxyMode.IPTABLES),
                variant,
                work.path());
        try (ApplierProgram applier = ApplierProgram.start(lab.node(), settings);
            ToolWatch tools = new ToolWatch(applier.pid())) {
          measure(applier, tools, log, results);
        }
      }
    }
  }

  private void measure(
      ApplierProgram applier, ToolWatch tools, BenchLog log, Consumer<MemoryResult> results)
      throws IOException, InterruptedException {
    applier.awaitRevision(log.revision(), LOAD_LIMIT);
    results.accept(result("first write", applier, tools));
    for (int i = 0; i < changes; i++) {
      EndpointSlice before = cluster.measuredSlice(PORTS[i % 2]);
      log.publish(before, cluster.measuredSlice(PORTS[1 - i % 2]));
      applier.awaitRevision(log.revision(), CHANGE_LIMIT);
    }
    results.accept(result(changes + " changes", applier, tools));
    Thread.sleep(idle);
    applier.checkRunning();
    results.accept(result(idle.toSeconds() + " s idle", applier, tools));
  }

  private MemoryResult result(String after, ApplierProgram applier, ToolWatch tools)
      throws IOException {
    return new MemoryResult(
        variant,
        cluster.services(),
        cluster.endpoints(),
        after,
        ProcessMemory.of(applier.pid()),
        tools.peak());
  }
}
