package dev.sluice.local.cli;

import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.BrokerStartException;
import dev.sluice.local.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice-local broker}: a Kafka broker until SIGTERM or SIGINT. */
@Command(
    name = "broker",
    description = {
      "Runs a single Kafka broker until SIGTERM or SIGINT.",
      "Prints \"broker ready: HOST:PORT\" when it answers clients. What is written to it stays"
          + " in the data folder for the next run.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  sluice-local broker --data /var/tmp/sluice-broker --port 9092",
    })
final class BrokerCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder of its data and log; made if absent.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      defaultValue = "9092",
      paramLabel = "N",
      description = "TCP port; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String listen = "";

  @Option(
      names = "--advertise",
      paramLabel = "ADDRESS",
      description = "Address that clients are told to use (default: that of --listen).")
  private @Nullable String advertise;

  @Override
  public Integer call() throws InterruptedException {
    BrokerSettings settings = settings();
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
      return failure("the broker ended by itself, exit code " + runUntilEnd(broker));
    } catch (BrokerStartException e) {
      return failure(String.valueOf(e.getMessage()));
    }
  }

  /** Returns only if the broker ends unasked: a signal ends this JVM. */
  private int runUntilEnd(EmbeddedBroker broker) throws InterruptedException {
    try (Termination _ = Termination.bySignal(() -> end(broker))) {
      commandLine().getOut().println("broker ready: " + broker.bootstrapServers());
      commandLine().getOut().flush();
      return broker.awaitEnd();
    }
  }

  private static int end(EmbeddedBroker broker) {
    broker.close();
    return CommandLine.ExitCode.OK;
  }

  private BrokerSettings settings() {
    if (data == null) {
      throw new ParameterException(commandLine(), "--data is missing");
    }
    if (port < 0 || port > 65535) {
      throw new ParameterException(commandLine(), "--port " + port + " is not within 0 to 65535");
    }
    boolean everywhere = listen.equals("0.0.0.0") || listen.equals("::");
    if (everywhere && advertise == null) {
      throw new ParameterException(
          commandLine(), "--listen " + listen + " needs --advertise: clients must be told one");
    }
    BrokerSettings settings = BrokerSettings.in(data).withPort(port).withListen(listen);
    return advertise == null ? settings : settings.withAdvertised(advertise);
  }

  private int failure(String reason) {
    commandLine().getErr().println("sluice-local broker: " + reason);
    commandLine().getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec.commandLine();
  }
}
