package dev.sluice.applier.cli;

import dev.sluice.applier.bootstrap.AddressTrap;
import dev.sluice.applier.bootstrap.BrokerLookup;
import dev.sluice.applier.conntrack.AddressKernel;
import dev.sluice.applier.conntrack.ConntrackCleaner;
import dev.sluice.applier.conntrack.ConntrackKernel;
import dev.sluice.applier.conntrack.ConntrackLimits;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.health.HealthHosts;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.OrphanedTools;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.runtime.Applier;
import dev.sluice.applier.runtime.ApplierSettings;
import dev.sluice.applier.runtime.HealthPages;
import dev.sluice.applier.runtime.MetricNames;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.applier.runtime.ReportSettings;
import dev.sluice.events.host.AotCache;
import dev.sluice.events.host.BindAddress;
import dev.sluice.events.host.HostVertx;
import dev.sluice.events.host.KafkaOptions;
import dev.sluice.events.host.OperationsServer;
import dev.sluice.events.host.Shutdown;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.Topics;
import dev.sluice.events.model.ProxyMode;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice apply}: the applier of a node. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps this node's kernel up to date with the log.",
      "Ends by SIGTERM; the rules stay, and the node goes on forwarding."
    },
    footer = {
      "",
      "Example:",
      "  sluice apply --bootstrap-servers kafka:9092 --node-name $(hostname) \\",
      "      --proxy-mode iptables --cluster-cidr 10.244.0.0/16"
    })
final class ApplyCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ApplyCommand.class);

  private static final Duration TOOL_LIMIT = Duration.ofSeconds(2);
  private static final Duration TOOL_END_PERIOD = Duration.ofMillis(50);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private ProxyOptions proxy = new ProxyOptions();
  @Mixin private KernelOptions kernel = new KernelOptions();
  @Mixin private IpvsFlags ipvs = new IpvsFlags();
  @Mixin private ConntrackOptions conntrack = new ConntrackOptions();
  @Mixin private CheckpointOptions checkpoint = new CheckpointOptions();
  @Mixin private BootstrapOptions bootstrap = new BootstrapOptions();

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "What this node's Node object is called.")
  private String nodeName = "";

  @Option(
      names = "--sync-period",
      defaultValue = "30s",
      paramLabel = "DURATION",
      description = {
        "How often the kernel is read back and repaired,",
        "and the longest wait after an error. Default: 30s."
      })
  private Duration syncPeriod = Duration.ZERO;

  @Option(
      names = "--min-sync-period",
      defaultValue = "0s",
      paramLabel = "DURATION",
      description = "The least time between two writes to the kernel. Default: 0s, no wait.")
  private Duration minSyncPeriod = Duration.ZERO;

  @Option(
      names = "--report-interval",
      defaultValue = "10s",
      paramLabel = "DURATION",
      description =
          "How often this node reports at the least; changes are reported within a tenth of that."
              + " 0s: never. Default: 10s.")
  private Duration reportInterval = Duration.ZERO;

  @Option(
      names = "--drain-timeout",
      defaultValue = "30m",
      paramLabel = "DURATION",
      description =
          "How long open connections may keep what a mode that has given way to another one has in"
              + " the kernel; of iptables they need nothing. Default: 30m.")
  private Duration drainTimeout = Duration.ZERO;

  @Option(
      names = "--healthz-bind-address",
      defaultValue = "0.0.0.0:10256",
      paramLabel = "HOST:PORT",
      description = "Where /healthz, /livez and /readyz are served. Default: 0.0.0.0:10256.")
  private BindAddress healthz = new BindAddress("0.0.0.0", 10256);

  @Option(
      names = "--metrics-bind-address",
      defaultValue = "127.0.0.1:10249",
      paramLabel = "HOST:PORT",
      description = "Where /metrics is served. Default: 127.0.0.1:10249.")
  private BindAddress metrics = new BindAddress("127.0.0.1", 10249);

  @Override
  public Integer call() throws Exception {
    // what is wrong with the command line is told before anything is set
    KafkaSettings log = kafka.settings();
    Topics topics = kafka.topics();
    AddressTrap trap = bootstrap.check(spec.commandLine(), log);
    NodeConfig asked = proxy.node(spec.commandLine());
    IptablesOptions iptables = proxy.iptables(spec.commandLine());
    ConntrackLimits limits = conntrack.limits(spec.commandLine());
    if (syncPeriod.isZero()) {
      throw new ParameterException(spec.commandLine(), "--sync-period must be more than 0s");
    }
    KernelModes modes =
        new KernelModes(kernel, iptables, ipvs, ipvs.options(spec.commandLine(), iptables));
    ModeAbilities abilities = modes.abilities();
    KernelModes.check(proxy.mode.named(), abilities);
    OrphanedTools.end(Path.of("/proc"));
    NodeConfig config = LocalhostNodePorts.prepare(asked, Path.of("/"));
    boolean liberal = ConntrackOptions.apply(limits);
    NodeCheck.warn(Path.of("/"));
    ApplierSettings settings = settings(log, topics, config, liberal);
    ModeBackends backends =
        modes.backends(
            abilities, new ModeSupport.Setting(KernelOptions.families(), liberal, drainTimeout));
    if (abilities.missing(ProxyMode.IPTABLES).isEmpty()) {
      RecentClients.check(Path.of("/"));
    }
    LOG.info(
        "starting node={} families={} modes={} missing={}",
        nodeName,
        backends.families(),
        abilities.able(),
        abilities.missing());
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().namingConvention(new MetricNames());
    AotCache.tell(registry);
    // one event loop is enough: what takes time is on the kernel's own thread
    Vertx vertx = Vertx.vertx(HostVertx.options().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    Shutdown shutdown = Shutdown.onSignal(() -> close(vertx));
    try (JvmGcMetrics gc = new JvmGcMetrics();
        ConntrackKernel flows = new ConntrackKernel();
        AddressKernel addresses = new AddressKernel()) {
      gc.bindTo(registry);
      new JvmMemoryMetrics().bindTo(registry);
      ConntrackCleaner cleaner = new ConntrackCleaner(flows, addresses, registry);
      HealthHosts hosts = new HealthHosts(addresses);
      Applier applier =
          new Applier(settings, backends, cleaner, hosts, registry, Clock.systemUTC());
      BrokerLookup brokers = new BrokerLookup(vertx, log, trap);
      applier.whenApplied(brokers::look);
      var _ = brokers.look(ClusterImage.EMPTY);
      shutdown.await(run(vertx, applier, registry));
    }
    return 0;
  }

  private ApplierSettings settings(
      KafkaSettings log, Topics topics, NodeConfig config, boolean liberal) throws IOException {
    SettingsOptions options =
        new SettingsOptions(
            proxy, ipvs, config.localhostNodePorts(), liberal, KernelOptions.families());
    return new ApplierSettings(
        log,
        topics,
        nodeName,
        config,
        proxy.mode.named(),
        syncPeriod,
        minSyncPeriod,
        new ReportSettings(reportInterval, options::of),
        checkpoint.settings());
  }

  /** Ends only with a failure. */
  private Future<Void> run(Vertx vertx, Applier applier, PrometheusMeterRegistry registry) {
    HealthPages pages =
        new HealthPages(applier::progress, applier::lag, syncPeriod, registry, Clock.systemUTC());
    OperationsServer.Sources sources =
        new OperationsServer.Sources(pages::healthz, pages::livez, registry);
    OperationsServer.Pages readiness =
        new OperationsServer.Pages(
            "readiness", healthz, Map.of("/readyz", OperationsServer.page(pages::readyz)));
    return OperationsServer.start(vertx, healthz, metrics, sources, readiness)
        .compose(_ -> vertx.deployVerticle(applier))
        .compose(_ -> applier.ended());
  }

  /**
   * Closes, which waits for the tool under way. One that waits for a lock or loads for long is
   * ended: it must not write after us, when a successor has read what the kernel holds.
   */
  private static Future<Void> close(Vertx vertx) {
    Thread _ = Thread.ofPlatform().name("tool-end").daemon().start(ApplyCommand::endToolsLater);
    return vertx.close();
  }

  private static void endToolsLater() {
    try {
      Thread.sleep(TOOL_LIMIT);
      while (true) {
        // again and again: after one family's tool comes the other's
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
        Thread.sleep(TOOL_END_PERIOD);
      }
    } catch (InterruptedException e) {
      LOG.debug("nobody interrupts this thread", e);
    }
  }
}
