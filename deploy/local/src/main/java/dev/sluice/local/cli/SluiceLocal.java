package dev.sluice.local.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sluice-local} command: the parts of a local set-up that are not Sluice itself. */
@Command(
    name = "sluice-local",
    description = "Runs on one machine what Sluice needs around it.",
    mixinStandardHelpOptions = true,
    version = "0.1.0-SNAPSHOT",
    subcommands = BrokerCommand.class,
    footer = {
      "",
      "Example:",
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
    return new CommandLine(new SluiceLocal())
        .setParameterExceptionHandler((wrong, args) -> explain(wrong));
  }

  /** One line and where to read on: the whole usage would push the reason off the screen. */
  private static int explain(CommandLine.ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String reason = String.valueOf(wrong.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    PrintWriter err = command.getErr();
    err.println(name + ": " + reason + " (try " + name + " --help)");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }
}
