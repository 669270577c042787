package dev.sluice.applier.cli;

import dev.sluice.events.host.HostVertx;
import dev.sluice.events.host.KafkaOptions;
import dev.sluice.events.host.Launch;
import dev.sluice.events.log.FleetFollower;
import dev.sluice.events.log.LogReadException;
import dev.sluice.events.report.Standings;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sluice nodes}: how far every node has come. */
@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    description = {
      "Prints how far every node has come, by its own reports: revision, age of the report, mode,",
      "digest, errors, and how long changes took into the kernels.",
      "",
      "A node is live if it has a Node object and a report younger than three of its intervals. Others",
      "are listed apart, with the reason. --wait-for waits for the live ones, of which there must be",
      "one at least."
    },
    footer = {
      "",
      "Exit codes: 0 all is as it was waited for, 1 it was not in time, or failed, 2 wrong use.",
      "",
      "Examples:",
      "  sluice nodes --bootstrap-servers kafka:9092",
      "  sluice nodes --bootstrap-servers kafka:9092 --wait-for now --timeout 1m"
    })
final class NodesCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodesCommand.class);

  /** Reports get old by themselves. */
  private static final long LOOK_MILLIS = 250;

  private static final long CLOSE_SECONDS = 5;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--wait-for",
      paramLabel = "REVISION",
      converter = WantedConverter.class,
      description = "Wait until every live node has this revision; now: the log's when it is read.")
  private Optional<Wanted> wanted = Optional.empty();

  @Option(
      names = "--all-nodes",
      description = "With --wait-for: wait too until every node that has a Node object is live.")
  private boolean allNodes;

  @Option(
      names = "--timeout",
      defaultValue = "30s",
      paramLabel = "DURATION",
      description = "How long to read and to wait. Default: 30s.")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table or json. Default: table.")
  private NodesOutput output = NodesOutput.TABLE;

  /**
   * A revision that is waited for.
   *
   * @param number empty: the log's
   */
  record Wanted(OptionalLong number) {}

  /** Reads one. */
  static final class WantedConverter implements ITypeConverter<Wanted> {
    @Override
    public Wanted convert(String text) {
      if (text.equals("now")) {
        return new Wanted(OptionalLong.empty());
      }
      if (!text.matches("[0-9]{1,18}")) {
        throw new TypeConversionException("\"" + text + "\" is no revision, nor now");
      }
      return new Wanted(OptionalLong.of(Long.parseLong(text)));
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx(HostVertx.options().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    try {
      Waiting waiting = new Waiting(vertx);
      Standings standings = waiting.await();
      output.print(standings, waiting.revision(), spec.commandLine().getOut());
      return waiting.over(standings) ? 0 : late(standings, waiting.revision().orElseThrow());
    } finally {
      close(vertx);
    }
  }

  private int late(Standings standings, long revision) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "%s: after %s %s"
            .formatted(
                spec.qualifiedName(),
                NodesOutput.text(timeout),
                NodesOutput.missing(standings, revision, allNodes)));
    err.flush();
    return Launch.FAILED;
  }

  /** Follows the topics until it is over. */
  private final class Waiting {
    private final FleetFollower follower;
    private final Promise<Standings> done = Promise.promise();
    private final AtomicReference<String> lastError = new AtomicReference<>("no answer");
    private OptionalLong revision = OptionalLong.empty();

    Waiting(Vertx vertx) {
      follower =
          new FleetFollower(vertx, kafka.settings(), kafka.topics(), Clock.systemUTC())
              .exceptionHandler(this::failed)
              .undecodableHandler(
                  record ->
                      LOG.warn(
                          "undecodable record topic={} offset={} reason=\"{}\"",
                          record.topic(),
                          record.offset(),
                          record.reason()));
      follower.ended().onFailure(done::tryFail);
      vertx.runOnContext(
          _ -> {
            follower.start(this::look);
            vertx.setPeriodic(LOOK_MILLIS, _ -> look());
            vertx.setTimer(Math.max(1, timeout.toMillis()), _ -> giveUp());
          });
    }

    private void failed(Throwable error) {
      lastError.set(String.valueOf(error.getMessage()));
      if (LogReadException.refused(error)) {
        done.tryFail(error);
      }
    }

    private void look() {
      if (done.future().isComplete() || !follower.atEnd()) {
        return;
      }
      if (revision.isEmpty() && wanted.isPresent()) {
        long log = follower.fleet().image().revision();
        revision = OptionalLong.of(wanted.get().number().orElse(log));
      }
      Standings standings = follower.standings();
      if (over(standings)) {
        done.tryComplete(standings);
      }
    }

    private void giveUp() {
      if (follower.atEnd()) {
        done.tryComplete(follower.standings());
      } else {
        done.tryFail(
            new IOException(
                "the topics of %s at %s could not be read to their ends within %s: %s"
                    .formatted(
                        kafka.topics().cluster(),
                        kafka.settings().bootstrapServers(),
                        NodesOutput.text(timeout),
                        lastError.get())));
      }
    }

    /** Whether nothing is left to wait for. */
    boolean over(Standings standings) {
      return revision.isEmpty()
          || (standings.reached(revision.getAsLong())
              && (!allNodes || standings.apart().stream().noneMatch(Standings.Apart::hasObject)));
    }

    /** What is waited for. */
    OptionalLong revision() {
      return revision;
    }

    Standings await() throws IOException, InterruptedException {
      try {
        return done.future().toCompletionStage().toCompletableFuture().get();
      } catch (ExecutionException e) {
        throw new IOException(
            Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.toString()), e);
      }
    }
  }

  private static void close(Vertx vertx) throws InterruptedException {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // the answer is there, and the process ends anyhow
      LOG.debug("Vert.x was not closed", e);
    }
  }
}
