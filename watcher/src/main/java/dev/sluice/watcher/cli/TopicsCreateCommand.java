package dev.sluice.watcher.cli;

import dev.sluice.events.host.KafkaOptions;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code sluice-watcher topics create}: creates the topics, so that a watcher need not be allowed
 * to.
 */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Creates those of a cluster's topics that are missing, and checks the others: one partition",
      "each, and the right clean-up policy. What they have been tuned to otherwise stays."
    },
    footer = {
      "",
      "Exit codes: 0 all are there, 1 one is not or can't be used, 2 wrong use.",
      "",
      "Example:",
      "  sluice-watcher topics create --bootstrap-servers kafka:9092 --replication-factor 3"
    })
final class TopicsCreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KafkaOptions kafkaOptions = new KafkaOptions();
  @Mixin private ReplicationOption replication = new ReplicationOption();

  @Override
  public Integer call() throws Exception {
    KafkaSettings kafka = kafkaOptions.settings();
    Topics topics = kafkaOptions.topics();
    short factor = replication.factor(spec.commandLine());
    Vertx vertx = Vertx.vertx();
    try {
      TopicSetup.ensure(vertx, kafka, topics, factor)
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    } finally {
      vertx.close();
    }
    PrintWriter out = spec.commandLine().getOut();
    topics.definitions(factor).forEach(topic -> out.println(topic.name()));
    out.flush();
    return 0;
  }
}
