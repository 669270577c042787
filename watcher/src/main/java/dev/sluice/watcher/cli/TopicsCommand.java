package dev.sluice.watcher.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice-watcher topics}: what can be done with a cluster's topics. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "A cluster's topics, without a watcher.",
    subcommands = TopicsCreateCommand.class,
    footer = {"", "Example:", "  sluice-watcher topics create --bootstrap-servers kafka:9092"})
final class TopicsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a subcommand is missing");
  }
}
