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
      VerifyCommand.class,
      PrepareNodeCommand.class,
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
    System.exit(Launch.run(commandLine(args), args));
  }

  /** The command line with all its commands, for tests. */
  public static CommandLine commandLine() {
    return Launch.prepared(new CommandLine(new Sluice()));
  }

  /**
   * The command line for these arguments: an applier, which is to start fast and small, does not
   * load what only its neighbours need.
   */
  private static CommandLine commandLine(String... args) {
    boolean applies = args.length > 0 && args[0].equals("apply");
    return applies ? applying() : new CommandLine(new Sluice());
  }

  /** The command line with nothing but {@code apply}. */
  static CommandLine applying() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new Bare());
    return new CommandLine(spec.addSubcommand("apply", new CommandLine(new ApplyCommand())));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a subcommand is missing");
  }

  /** The same command without its subcommands. */
  @Command(name = "sluice", mixinStandardHelpOptions = true, versionProvider = Version.class)
  private static final class Bare {}
}
