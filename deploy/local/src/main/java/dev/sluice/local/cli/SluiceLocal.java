package dev.sluice.local.cli;

import dev.sluice.events.host.Launch;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sluice-local} command: Sluice, and what it needs around it, on one machine. */
@Command(
    name = "sluice-local",
    description = "Runs Sluice, or what it needs around it, on one machine.",
    mixinStandardHelpOptions = true,
    version = "0.1.0-SNAPSHOT",
    subcommands = {UpCommand.class, BenchCommand.class, FaultsCommand.class, BrokerCommand.class},
    footer = {
      "",
      "Examples:",
      "  sluice-local up --demonstrate",
      "  sluice-local broker --data /var/tmp/sluice-broker --port 9092",
    })
public final class SluiceLocal {
  SluiceLocal() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line, for tests to execute without an exit. Any thread. */
  static CommandLine commandLine() {
    return Launch.prepared(new CommandLine(new SluiceLocal()));
  }
}
