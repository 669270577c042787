package dev.sluice.watcher.cli;

import dev.sluice.events.host.AotCache;
import dev.sluice.events.host.BindAddress;
import dev.sluice.events.host.HealthReport;
import dev.sluice.events.host.HostVertx;
import dev.sluice.events.host.KafkaOptions;
import dev.sluice.events.host.Launch;
import dev.sluice.events.host.OperationsServer;
import dev.sluice.events.host.Shutdown;
import dev.sluice.events.host.Version;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.Topics;
import dev.sluice.watcher.convergence.ConvergenceApi;
import dev.sluice.watcher.lease.Election;
import dev.sluice.watcher.publish.KafkaChangeLog;
import dev.sluice.watcher.publish.MassDeletionGuard;
import dev.sluice.watcher.publish.Publishing;
import dev.sluice.watcher.publish.Watcher;
import dev.sluice.watcher.publish.WatcherMetrics;
import dev.sluice.watcher.publish.WatcherStatus;
import dev.sluice.watcher.source.ClusterSource;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sluice-watcher} command. */
@Command(
    name = "sluice-watcher",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Publishes what a cluster's Services, EndpointSlices and Nodes are, to Kafka.",
    subcommands = TopicsCommand.class,
    footer = {
      "",
      "Exit codes: 0 ended by a signal, 1 failed (or, without election, another watcher took over),",
      "2 wrong use.",
      "",
      "Examples:",
      "  sluice-watcher --bootstrap-servers kafka:9092",
      "  sluice-watcher --bootstrap-servers localhost:9092 --manifests ./demo"
    })
public final class SluiceWatcher implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(SluiceWatcher.class);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();
  @Mixin private SourceOptions sourceOptions = new SourceOptions();
  @Mixin private ElectionOptions electionOptions = new ElectionOptions();

  @Option(
      names = "--allow-mass-delete",
      description =
          "Publish a snapshot even if it deletes more than a fifth of the Services or slices.")
  private boolean allowMassDelete;

  @Option(
      names = "--allow-older-versions",
      description = {
        "Publish what the API server has even where the log has a newer version of it: for once,",
        "after etcd was restored from a backup."
      })
  private boolean allowOlderVersions;

  @Mixin private AutoModeOptions autoMode = new AutoModeOptions();

  @Mixin private ReplicationOption replicationOption = new ReplicationOption();

  @Option(
      names = "--healthz-bind-address",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:10258",
      description = "Where /healthz and /livez are (default: ${DEFAULT-VALUE}).")
  private BindAddress healthz = new BindAddress("0.0.0.0", 10258);

  @Option(
      names = "--metrics-bind-address",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:10259",
      description = "Where /metrics is (default: ${DEFAULT-VALUE}).")
  private BindAddress metrics = new BindAddress("127.0.0.1", 10259);

  @Option(
      names = "--api-bind-address",
      paramLabel = "HOST:PORT",
      description = {
        "Where /v1/convergence is, which pods have to reach",
        "(default: that of --healthz-bind-address)."
      })
  private Optional<BindAddress> api = Optional.empty();

  private SluiceWatcher() {}

  /** Runs a command line and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(Launch.run(withSubcommands(), args));
  }

  /** The command line, for tests. */
  public static CommandLine commandLine() {
    return Launch.prepared(withSubcommands());
  }

  /** picocli would ask for what this command requires where a subcommand is given, too. */
  private static CommandLine withSubcommands() {
    CommandLine command = new CommandLine(new SluiceWatcher());
    CommandSpec spec = command.getCommandSpec();
    OptionSpec servers = spec.findOption(KafkaOptions.BOOTSTRAP_SERVERS);
    spec.remove(servers).addOption(servers.toBuilder().required(false).build());
    return command;
  }

  private void checkRequired() {
    OptionSpec servers = spec.findOption(KafkaOptions.BOOTSTRAP_SERVERS);
    if (!spec.commandLine().getParseResult().hasMatchedOption(servers)) {
      throw new MissingParameterException(
          spec.commandLine(),
          servers,
          "Missing required option: '" + servers.longestName() + "=" + servers.paramLabel() + "'");
    }
  }

  @Override
  public Integer call() throws Exception {
    checkRequired();
    KafkaSettings kafka = kafkaOptions.settings();
    Topics topics = kafkaOptions.topics();
    short replication = replicationOption.factor(spec.commandLine());
    Vertx vertx = Vertx.vertx(HostVertx.options());
    try {
      Supplier<ClusterSource> sources = sourceOptions.sources(vertx);
      Election election =
          electionOptions.election(
              spec.commandLine(), vertx, sourceOptions.api(), topics.cluster());
      WatcherStatus status = new WatcherStatus();
      PrometheusMeterRegistry registry = registry();
      Publishing publishing =
          new Publishing(
              new MassDeletionGuard(allowMassDelete),
              autoMode.limits(spec.commandLine()),
              status,
              new WatcherMetrics(registry, status),
              Clock.systemUTC(),
              allowOlderVersions);
      Watcher watcher =
          new Watcher(
              vertx,
              election,
              () -> new KafkaChangeLog(vertx, kafka, topics, replication),
              sources,
              publishing);
      ConvergenceApi convergence =
          ConvergenceApi.start(vertx, kafka, topics, registry, Clock.systemUTC());
      OperationsServer server = serve(vertx, status, registry, convergence);
      Shutdown shutdown =
          Shutdown.onSignal(
              () ->
                  Future.join(watcher.close(), convergence.close())
                      .<Void>mapEmpty()
                      .eventually(() -> server.close())
                      .eventually(() -> vertx.close()));
      log.info(
          "event=started kafka={} topics={} healthz_port={} metrics_port={} api_port={}",
          kafka.bootstrapServers(),
          topics.cluster(),
          server.healthPort(),
          server.metricsPort(),
          server.ownPort());
      shutdown.await(watcher.run());
    } finally {
      vertx.close();
    }
    return 0;
  }

  private OperationsServer serve(
      Vertx vertx,
      WatcherStatus status,
      PrometheusMeterRegistry registry,
      ConvergenceApi convergence)
      throws Exception {
    return OperationsServer.start(
            vertx,
            healthz,
            metrics,
            new OperationsServer.Sources(
                status::report, () -> new HealthReport(true, Map.of("status", "alive")), registry),
            new OperationsServer.Pages(
                "convergence",
                api.orElse(healthz),
                ConvergenceApi.MOST_CONNECTIONS,
                Map.of(ConvergenceApi.PATH, convergence::handle)))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private static PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    AotCache.tell(registry);
    return registry;
  }
}
