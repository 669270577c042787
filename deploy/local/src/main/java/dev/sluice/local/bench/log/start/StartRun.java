package dev.sluice.local.bench.log.start;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.log.start.StartResult.Origin;
import dev.sluice.local.bench.traffic.NodeRules;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Starts an applier again and again, on a node whose kernel has no rules. */
public final class StartRun {
  private static final int ENDPOINT_PORT = 8001;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final StartEffort effort;
  private final Consumer<String> progress;

  /**
   * @param progress is told what is done next
   */
  public StartRun(StartEffort effort, Consumer<String> progress) {
    this.effort = effort;
    this.progress = progress;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @param results is told each as soon as it is known
   * @throws dev.sluice.local.run.ProgramException if the applier ends by itself, or is not done in
   *     five minutes
   * @throws dev.sluice.local.bench.BenchException if the kernel has not a rule for every endpoint
   */
  public void run(Consumer<StartResult> results) throws IOException {
    try (WorkFolder work = WorkFolder.create("bench");
        NodeLab lab = NodeLab.create()) {
      NetworkNamespace control = lab.addControl();
      BrokerSettings settings =
          BrokerSettings.in(work.path().resolve("broker")).withListen(NodeLab.CONTROL_V4);
      try (EmbeddedBroker broker =
              control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(settings));
          BenchLog log =
              control.<BenchLog, RuntimeException>call(
                  () -> new BenchLog(broker.bootstrapServers()))) {
        progress.accept("start: publishing %d Services".formatted(effort.cluster().services()));
        log.publish(effort.cluster().objects(ENDPOINT_PORT));
        for (Variant variant : effort.variants()) {
          for (Origin origin : Origin.values()) {
            results.accept(measure(variant, origin, lab, work, broker.bootstrapServers()));
          }
        }
      }
    }
  }

  private StartResult measure(
      Variant variant, Origin origin, NodeLab lab, WorkFolder work, String bootstrapServers)
      throws IOException {
    NodeRules rules = new NodeRules(lab.node(), variant, work.path());
    ApplierProgram.Settings settings =
        new ApplierProgram.Settings(
            bootstrapServers,
            BenchCluster.NODE,
            Optional.of(ProxyMode.IPTABLES),
            variant,
            work.path(),
            origin == Origin.CHECKPOINT
                ? Optional.of(work.path().resolve("state-" + variant))
                : Optional.empty());
    if (origin == Origin.CHECKPOINT) {
      progress.accept("start: iptables-%s, for a checkpoint".formatted(variant));
      checkpoint(lab.node(), settings);
      rules.remove();
    }
    List<Taken> starts = new ArrayList<>();
    for (int i = 1; i <= effort.starts(); i++) {
      progress.accept(
          "start: iptables-%s, from the %s, %d of %d"
              .formatted(variant, origin, i, effort.starts()));
      starts.add(start(lab.node(), settings));
      rules.checkDestinations(effort.cluster().services() * effort.cluster().endpoints());
      rules.remove();
    }
    return new StartResult(
        variant,
        effort.cluster(),
        origin,
        times(starts, Taken::whole),
        times(starts, Taken::process),
        times(starts, Taken::read),
        times(starts, Taken::compute),
        times(starts, Taken::kernel));
  }

  private static void checkpoint(NetworkNamespace node, ApplierProgram.Settings settings) {
    try (ApplierProgram applier = ApplierProgram.start(node, settings)) {
      var _ = applier.awaitLogged(" checkpoint revision=", LIMIT);
    }
  }

  /** What one start took. */
  private record Taken(Duration process, Duration read, Duration compute, Duration kernel) {
    Duration whole() {
      return process.plus(read).plus(compute).plus(kernel);
    }
  }

  private static Taken start(NetworkNamespace node, ApplierProgram.Settings settings) {
    Instant start = Instant.now();
    try (ApplierProgram applier = ApplierProgram.start(node, settings)) {
      Instant applied = applier.awaitLogged(" applied revision=", LIMIT).time();
      double seconds = applier.metrics().sum("sluice_kernel_duration_seconds_sum");
      Duration kernel = Duration.ofNanos((long) (seconds * 1e9));
      Instant up = applier.logged(" starting node=").getFirst().time();
      Instant read = applier.logged(" ready to apply").getFirst().time();
      boolean resumed = !applier.logged(" resumed").isEmpty();
      if (resumed != settings.stateDir().isPresent()) {
        throw new BenchException("not begun from what it was to begin from: " + applier.tail());
      }
      return new Taken(
          Duration.between(start, up),
          Duration.between(up, read),
          Duration.between(read, applied).minus(kernel),
          kernel);
    }
  }

  private static Durations times(List<Taken> starts, Function<Taken, Duration> part) {
    return Durations.of(starts.stream().map(part).map(Duration::toNanos).toList());
  }
}
