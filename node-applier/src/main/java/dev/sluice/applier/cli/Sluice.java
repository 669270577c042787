package dev.sluice.applier.cli;

import dev.sluice.events.host.Launch;
import dev.sluice.events.host.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code sluice} command. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Forwards Kubernetes Services on this node, as the log says.",
    subcommands = {
      ApplyCommand.class,
      PlanCommand.class,
      ExplainCommand.class,
      NodesCommand.class,
      HistoryCommand.class,
      StateCommand.class,
      DiffCommand.class,
      ReplayCommand.class,
      PrepareNodeCommand.class,
      VerifyCommand.class,
      CleanupCommand.class,
      RehearseCommand.class
    },
    footer = {
      "",
      "Example:",
      "  sluice apply --bootstrap-servers kafka:9092 --node-name $(hostname) --proxy-mode iptables"
    })
public final class Sluice implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Sluice() {}

  /** Runs a command line and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(Launch.run(new CommandLine(new Sluice()), args));
  }

  /** The command line, for tests. */
  static CommandLine commandLine() {
    return Launch.prepared(new CommandLine(new Sluice()));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a subcommand is missing");
  }
}
