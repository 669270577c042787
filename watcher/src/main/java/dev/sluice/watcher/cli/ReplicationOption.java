package dev.sluice.watcher.cli;

import dev.sluice.events.log.TopicSetup;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many brokers hold a topic that is created; a picocli mixin. */
final class ReplicationOption {
  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description = {
        "How many brokers hold each topic that has to be created",
        "(default: 3, or as many as there are brokers)."
      })
  private Optional<Short> replicationFactor = Optional.empty();

  /**
   * What it says, as {@link TopicSetup#ensure} takes it.
   *
   * @throws ParameterException if it is below 1
   */
  short factor(CommandLine command) {
    if (replicationFactor.isPresent() && replicationFactor.get() < 1) {
      throw new ParameterException(command, "--replication-factor is 1 or more");
    }
    return replicationFactor.orElse(TopicSetup.UP_TO_THREE);
  }
}
