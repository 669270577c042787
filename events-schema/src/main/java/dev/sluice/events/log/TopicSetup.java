package dev.sluice.events.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.admin.Config;
import io.vertx.kafka.admin.ConfigEntry;
import io.vertx.kafka.admin.KafkaAdminClient;
import io.vertx.kafka.admin.NewTopic;
import io.vertx.kafka.admin.TopicDescription;
import io.vertx.kafka.client.common.ConfigResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates a cluster's topics and checks those that are there. */
public final class TopicSetup {
  private static final String CLEANUP_POLICY = "cleanup.policy";
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final Duration PROPAGATION_STEP = Duration.ofMillis(200);
  private static final int PROPAGATION_STEPS = 25;

  private final Vertx vertx;
  private final KafkaAdminClient admin;
  private final List<Topics.Definition> wanted;
  private final short replication;

  /** Asks for three replicas, or for as many as there are brokers if there are fewer. */
  public static final short UP_TO_THREE = 0;

  private TopicSetup(Vertx vertx, KafkaAdminClient admin, Topics topics, short replication) {
    this.vertx = vertx;
    this.admin = admin;
    this.wanted = topics.definitions(replication);
    this.replication = replication;
  }

  /**
   * Creates the topics that are missing and verifies the others: one partition, and the right
   * clean-up policy. Settings of topics that exist are not touched: they may have been tuned.
   *
   * @param replication how many brokers hold a topic that is created, or {@link #UP_TO_THREE}
   * @return fails with a {@link TopicSetupException}, within about 20 seconds if no broker answers
   */
  public static Future<Void> ensure(
      Vertx vertx, KafkaSettings kafka, Topics topics, short replication) {
    return vertx
        .executeBlocking(() -> AdminClient.create(properties(kafka)))
        .map(client -> KafkaAdminClient.create(vertx, client))
        .recover(e -> failed("Kafka at " + kafka.bootstrapServers(), e))
        .compose(
            admin ->
                replicas(admin, replication)
                    .compose(replicas -> new TopicSetup(vertx, admin, topics, replicas).ensureAll())
                    .recover(e -> failed("Kafka at " + kafka.bootstrapServers(), e))
                    .eventually(() -> admin.close(CLOSE_LIMIT.toMillis())));
  }

  private static Future<Short> replicas(KafkaAdminClient admin, short wanted) {
    return wanted != UP_TO_THREE
        ? Future.succeededFuture(wanted)
        : admin.describeCluster().map(cluster -> (short) Math.min(3, cluster.getNodes().size()));
  }

  private Future<Void> ensureAll() {
    return admin.listTopics().compose(this::createMissing).compose(created -> verifyAll());
  }

  private Future<Void> createMissing(Set<String> existing) {
    Future<Void> done = Future.succeededFuture();
    for (Topics.Definition topic : wanted) {
      if (!existing.contains(topic.name())) {
        done = done.compose(before -> create(topic));
      }
    }
    return done;
  }

  private Future<Void> create(Topics.Definition topic) {
    NewTopic request = new NewTopic(topic.name(), 1, replication).setConfig(topic.settings());
    return admin
        .createTopics(List.of(request))
        .recover(
            e ->
                // another watcher was faster; it is verified like any that was there
                isOrWraps(e, TopicExistsException.class)
                    ? Future.succeededFuture()
                    : failed("topic " + topic.name() + " can't be created", e));
  }

  private Future<Void> verifyAll() {
    Future<Void> done = Future.succeededFuture();
    for (Topics.Definition topic : wanted) {
      done = done.compose(before -> verify(topic));
    }
    return done;
  }

  private Future<Void> verify(Topics.Definition topic) {
    ConfigResource resource =
        new ConfigResource(org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic.name());
    return described(topic, PROPAGATION_STEPS, () -> admin.describeTopics(List.of(topic.name())))
        .map(descriptions -> descriptions.get(topic.name()))
        .compose(description -> checkPartitions(topic, description))
        .compose(
            checked ->
                described(topic, PROPAGATION_STEPS, () -> admin.describeConfigs(List.of(resource))))
        .compose(configs -> checkPolicy(topic, configs));
  }

  /** A topic just created is not known to every broker at once, and any may be the one asked. */
  private <T> Future<T> described(
      Topics.Definition topic, int stepsLeft, Supplier<Future<T>> question) {
    return question
        .get()
        .recover(
            e ->
                isOrWraps(e, UnknownTopicOrPartitionException.class) && stepsLeft > 0
                    ? vertx
                        .timer(PROPAGATION_STEP.toMillis())
                        .compose(later -> described(topic, stepsLeft - 1, question))
                    : failed("topic " + topic.name() + " can't be described", e));
  }

  private static boolean isOrWraps(Throwable error, Class<? extends Throwable> wanted) {
    return ErrorText.causes(error).anyMatch(wanted::isInstance);
  }

  private static Future<Void> checkPartitions(
      Topics.Definition topic, TopicDescription description) {
    int partitions = description.getPartitions().size();
    return partitions == 1
        ? Future.succeededFuture()
        : wrong(topic, "it has " + partitions + " partitions and must have one");
  }

  private static Future<Void> checkPolicy(
      Topics.Definition topic, Map<ConfigResource, Config> configs) {
    String policy =
        configs.values().stream()
            .flatMap(config -> config.getEntries().stream())
            .filter(entry -> entry.getName().equals(CLEANUP_POLICY))
            .map(ConfigEntry::getValue)
            .findFirst()
            .orElse("");
    return policy.equals(topic.cleanupPolicy())
        ? Future.succeededFuture()
        : wrong(
            topic,
            "its cleanup.policy is \"%s\" and must be \"%s\""
                .formatted(policy, topic.cleanupPolicy()));
  }

  private static Future<Void> wrong(Topics.Definition topic, String reason) {
    return Future.failedFuture(
        new TopicSetupException("topic " + topic.name() + " can't be used: " + reason));
  }

  private static <T> Future<T> failed(String what, Throwable cause) {
    return cause instanceof TopicSetupException
        ? Future.failedFuture(cause)
        : Future.failedFuture(new TopicSetupException(what, cause));
  }

  private static Properties properties(KafkaSettings kafka) {
    Properties properties = new Properties();
    properties.putAll(kafka.admin());
    return properties;
  }
}
