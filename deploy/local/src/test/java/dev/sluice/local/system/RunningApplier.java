package dev.sluice.local.system;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.health.HealthHosts;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.runtime.Applier;
import dev.sluice.applier.runtime.ApplierSettings;
import dev.sluice.applier.runtime.CheckpointSettings;
import dev.sluice.applier.runtime.HealthPages;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.applier.runtime.ModeStatus;
import dev.sluice.applier.runtime.Progress;
import dev.sluice.applier.runtime.ReportSettings;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** An applier, of node-1 unless told otherwise, that follows a log, in this JVM. */
final class RunningApplier implements AutoCloseable {
  private static final String NODE = "node-1";

  /** No address of the test's machine is listened on. */
  private static final NodeConfig NO_NODE_PORTS =
      new NodeConfig(
          false,
          new NodeConfig.DetectLocal.ClusterCidrs(List.of()),
          new NodeConfig.NodePorts.InRanges(List.of(Cidr.parse("127.0.0.0/8"))),
          true);

  private static final Duration SYNC_PERIOD = Duration.ofSeconds(30);

  private final TestLog log;
  private final Applier applier;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final String deployment;
  private final HealthPages pages;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private RunningApplier(
      String nodeName,
      TestLog log,
      ModeBackends backends,
      Optional<ProxyMode> mode,
      Duration syncPeriod,
      Duration minSyncPeriod)
      throws Exception {
    this(
        log,
        backends,
        new ApplierSettings(
            log.kafka(),
            log.topics(),
            nodeName,
            NO_NODE_PORTS,
            mode,
            syncPeriod,
            minSyncPeriod,
            ReportSettings.NONE));
  }

  private RunningApplier(TestLog log, ModeBackends backends, ApplierSettings settings)
      throws Exception {
    this.log = log;
    applier =
        new Applier(
            settings,
            backends,
            FlowCleaner.NONE,
            new HealthHosts(Set::of),
            registry,
            Clock.systemUTC());
    pages =
        new HealthPages(
            applier::progress, applier::lag, settings.syncPeriod(), registry, Clock.systemUTC());
    deployment = Await.result(log.vertx().deployVerticle(applier));
  }

  private RunningApplier(
      String nodeName,
      TestLog log,
      List<? extends Backend> backends,
      Duration syncPeriod,
      Duration minSyncPeriod)
      throws Exception {
    this(
        nodeName,
        log,
        new OneMode(List.copyOf(backends)),
        Optional.of(ProxyMode.IPTABLES),
        syncPeriod,
        minSyncPeriod);
  }

  /** There is iptables and nothing else. */
  private record OneMode(List<Backend> backends) implements ModeBackends {
    @Override
    public List<IpFamily> families() {
      return backends.stream().map(Backend::family).toList();
    }

    @Override
    public ModeAbilities abilities() {
      return new ModeAbilities(Map.of(ProxyMode.IPVS, "there is none"));
    }

    @Override
    public List<Backend> start(ProxyMode mode) {
      return backends;
    }
  }

  /** Starts one that reports, with flags as {@code sluice apply} takes them. */
  static RunningApplier startReporting(
      String nodeName,
      TestLog log,
      ModeBackends backends,
      AppliedFlags flags,
      Duration reportInterval)
      throws Exception {
    return new RunningApplier(
        log,
        backends,
        new ApplierSettings(
            log.kafka(),
            log.topics(),
            nodeName,
            flags.config(),
            flags.mode(),
            SYNC_PERIOD,
            Duration.ZERO,
            flags.reports(reportInterval)));
  }

  /** Starts one that keeps a checkpoint in a folder, and has little patience with Kafka. */
  static RunningApplier startKeeping(
      Path folder, String nodeName, TestLog log, List<? extends Backend> backends)
      throws Exception {
    return new RunningApplier(
        log,
        new OneMode(List.copyOf(backends)),
        new ApplierSettings(
            log.kafka(),
            log.topics(),
            nodeName,
            NO_NODE_PORTS,
            Optional.of(ProxyMode.IPTABLES),
            SYNC_PERIOD,
            Duration.ZERO,
            ReportSettings.NONE,
            new CheckpointSettings(
                Optional.of(folder),
                "1.0",
                "this boot",
                Duration.ofMillis(100),
                new CheckpointSettings.Patience(Duration.ofSeconds(3), Duration.ofSeconds(20)))));
  }

  /** There is iptables and nothing else. */
  static ModeBackends iptables(List<? extends Backend> backends) {
    return new OneMode(List.copyOf(backends));
  }

  /** Starts one with the mode auto. */
  static RunningApplier startAuto(TestLog log, ModeBackends backends) throws Exception {
    return new RunningApplier(NODE, log, backends, Optional.empty(), SYNC_PERIOD, Duration.ZERO);
  }

  /** The same for another node. */
  static RunningApplier startFor(String nodeName, TestLog log, List<? extends Backend> backends)
      throws Exception {
    return new RunningApplier(nodeName, log, backends, SYNC_PERIOD, Duration.ZERO);
  }

  /** Starts one that looks at the kernel by itself so seldom that no test sees it. */
  static RunningApplier start(TestLog log, List<? extends Backend> backends) throws Exception {
    return new RunningApplier(NODE, log, backends, SYNC_PERIOD, Duration.ZERO);
  }

  static RunningApplier startWithSyncPeriod(
      TestLog log, List<? extends Backend> backends, Duration syncPeriod) throws Exception {
    return new RunningApplier(NODE, log, backends, syncPeriod, Duration.ZERO);
  }

  /** The same in a mode. */
  static RunningApplier startWithSyncPeriod(
      TestLog log, ModeBackends backends, ProxyMode mode, Duration syncPeriod) throws Exception {
    return new RunningApplier(NODE, log, backends, Optional.of(mode), syncPeriod, Duration.ZERO);
  }

  static RunningApplier startWithMinSyncPeriod(
      TestLog log, List<? extends Backend> backends, Duration minSyncPeriod) throws Exception {
    return new RunningApplier(NODE, log, backends, SYNC_PERIOD, minSyncPeriod);
  }

  Progress progress() {
    return applier.progress();
  }

  /** Waits until the kernel has a revision. */
  RunningApplier awaitApplied(long revision) {
    Await.until().until(() -> progress().revision() >= revision);
    return this;
  }

  /** Waits until it forwards by a mode. */
  void awaitMode(ProxyMode mode) {
    Await.until()
        .until(() -> progress().mode().flatMap(ModeStatus::active).equals(Optional.of(mode)));
  }

  /** Waits until it forwards by a mode, and nothing of the others is left. */
  void awaitModeAlone(ProxyMode mode) {
    awaitMode(mode);
    Await.until().until(() -> progress().mode().orElseThrow().leaving().isEmpty());
  }

  /** Waits until the applier says that it waits for something; what it waits for. */
  String awaitWaitingFor(String words) {
    Await.until().until(() -> progress().waitingFor().filter(w -> w.contains(words)).isPresent());
    return progress().waitingFor().orElseThrow();
  }

  /** A gauge's value. */
  double gauge(String metric) {
    return registry.get(metric).gauge().value();
  }

  /** How often the checkpoint was refused for a reason. */
  double refused(String reason) {
    return registry.get("sluice.checkpoint.refused").tag("reason", reason).counter().count();
  }

  /** How often the log was read anew for a reason. */
  double replays(String reason) {
    return registry.get("sluice.log.replays").tag("reason", reason).counter().count();
  }

  /** Waits until the checkpoint is of a revision. */
  void awaitCheckpoint(long revision) {
    Await.until().until(() -> gauge("sluice.checkpoint.revision") >= revision);
  }

  /** What it answers on its health pages. */
  HealthPages pages() {
    return pages;
  }

  /** A counter's value, over all its labels. */
  double count(String metric) {
    return registry.find(metric).counters().stream().mapToDouble(Counter::count).sum();
  }

  /** A counter's value for one family, over all its other labels. */
  double count(String metric, IpFamily family) {
    return registry.find(metric).tag("ip_family", family.toString()).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** How many changes were timed on their way from the log into the kernel. */
  long timedChanges() {
    return Optional.ofNullable(registry.find("sluice.publish.to.kernel").timer())
        .map(Timer::count)
        .orElse(0L);
  }

  /** The modes that the metric of that name has 1 for. */
  List<String> modes(String metric) {
    return registry.find(metric).gauges().stream()
        .filter(gauge -> gauge.value() == 1)
        .map(gauge -> String.valueOf(gauge.getId().getTag("mode")))
        .toList();
  }

  /** The objects in the metric that names what the kernel refuses. */
  List<String> refusedObjects() {
    return registry.find("sluice.refused").gauges().stream()
        .map(gauge -> String.valueOf(gauge.getId().getTag("object")))
        .toList();
  }

  void stop() throws Exception {
    if (!stopped.getAndSet(true)) {
      Await.result(log.vertx().undeploy(deployment));
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
