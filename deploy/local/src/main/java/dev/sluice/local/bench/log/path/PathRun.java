package dev.sluice.local.bench.log.path;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Pace;
import dev.sluice.local.bench.StateTopic;
import dev.sluice.local.bench.traffic.NodeRules;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.SluiceProgram;
import dev.sluice.local.run.WatcherProgram;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures each variant with each rate: a system of its own for each variant. */
public final class PathRun {
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);
  private static final Pace WARM_UP = new Pace(50, 50);

  private final PathEffort effort;
  private final Consumer<String> progress;

  /**
   * @param progress is told what is done next
   */
  public PathRun(PathEffort effort, Consumer<String> progress) {
    this.effort = effort;
    this.progress = progress;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @param results is told each as soon as it is known
   * @throws BenchException if a change is not on the log or not in the kernel, or comes twice
   */
  public void run(Consumer<PathResult> results) throws IOException, InterruptedException {
    for (Variant variant : effort.variants()) {
      progress.accept(
          "path: iptables-%s, %d Services of %d endpoints"
              .formatted(variant, effort.services(), effort.endpoints()));
      try (WorkFolder work = WorkFolder.create("bench");
          NodeLab lab = NodeLab.create()) {
        measure(variant, work.path(), lab, results);
      }
    }
  }

  private void measure(Variant variant, Path work, NodeLab lab, Consumer<PathResult> results)
      throws IOException, InterruptedException {
    NetworkNamespace control = lab.addControl();
    FakeCluster cluster = new FakeCluster();
    ApiServices services = new ApiServices(cluster, effort.services(), effort.endpoints());
    BrokerSettings settings =
        BrokerSettings.in(work.resolve("broker")).withListen(NodeLab.CONTROL_V4);
    Path kubeconfig = work.resolve("kubeconfig");
    try (FakeApiServer api =
            control.<FakeApiServer, RuntimeException>call(() -> new FakeApiServer(cluster));
        EmbeddedBroker broker =
            control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(settings))) {
      api.writeKubeconfig(kubeconfig);
      try (SluiceProgram watcher =
              WatcherProgram.start(
                  control,
                  broker.bootstrapServers(),
                  List.of("--kubeconfig", kubeconfig.toString()),
                  work.resolve("watcher.log"));
          ApplierProgram applier = applier(variant, work, lab, broker);
          StateTopic topic =
              control.<StateTopic, RuntimeException>call(
                  () -> new StateTopic(broker.bootstrapServers()))) {
        WatcherProgram.awaitReady(watcher, control);
        applier.awaitRevision(services.objects(), LOAD_LIMIT);
        PathCase one = new PathCase(variant, services, control, topic, watcher, applier);
        PathResult _ = one.measure(WARM_UP);
        for (int rate : effort.rates()) {
          progress.accept("path: iptables-%s, %d changes/s".formatted(variant, rate));
          results.accept(one.measure(effort.pace(rate)));
        }
        check(new NodeRules(lab.node(), variant, work), services);
      }
    }
  }

  private static ApplierProgram applier(
      Variant variant, Path work, NodeLab lab, EmbeddedBroker broker) {
    return ApplierProgram.start(
        lab.node(),
        new ApplierProgram.Settings(
            broker.bootstrapServers(),
            BenchCluster.NODE,
            Optional.of(ProxyMode.IPTABLES),
            variant,
            work));
  }

  private static void check(NodeRules rules, ApiServices services) throws IOException {
    if (!rules.destinations().equals(services.destinations())) {
      throw new BenchException(
          "the kernel sends packets on to others than the endpoints there are");
    }
  }
}
