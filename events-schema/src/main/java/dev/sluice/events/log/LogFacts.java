package dev.sluice.events.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What Kafka says of a topic: whether offsets taken down earlier are of the same log, and for how
 * long a reader may have been away from it. Immutable; any thread.
 *
 * @param identity which log it is
 * @param deletionsKept how long a deletion stays readable before compaction may remove it; empty
 *     where Kafka does not tell us (operation DescribeConfigs)
 */
public record LogFacts(LogIdentity identity, Optional<Duration> deletionsKept) {
  /**
   * A topic's incarnation: offsets mean something within one only.
   *
   * @param kafkaCluster the id that Kafka's cluster gave itself
   * @param topicId the id that the topic got when it was created; another one after it was deleted
   *     and created anew
   */
  public record LogIdentity(String kafkaCluster, String topicId) {}

  /**
   * Asks Kafka.
   *
   * @return fails with a {@link LogReadException} if Kafka does not answer within ten seconds, or
   *     there is no such topic
   */
  public static Future<LogFacts> read(Vertx vertx, KafkaSettings kafka, String topic) {
    return AdminQuestion.ask(vertx, kafka, admin -> ask(vertx, admin, topic))
        // as where a setting is wrong, before anything is asked
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof KafkaException ? new LogReadException("topic " + topic, e) : e));
  }

  private static Future<LogFacts> ask(Vertx vertx, Admin admin, String topic) {
    Future<String> cluster = AdminQuestion.answer(vertx, admin.describeCluster().clusterId());
    Future<Uuid> id =
        AdminQuestion.answer(vertx, admin.describeTopics(List.of(topic)).allTopicNames())
            .map(all -> all.values().iterator().next().topicId());
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Future<Optional<Duration>> kept =
        AdminQuestion.answer(vertx, admin.describeConfigs(List.of(resource)).all())
            .map(all -> kept(all.values().iterator().next()))
            // who may read a topic need not be allowed to read its settings
            .otherwise(Optional.empty());
    return Future.all(cluster, id, kept)
        .map(
            _ ->
                new LogFacts(
                    new LogIdentity(cluster.result(), id.result().toString()), kept.result()));
  }

  private static Optional<Duration> kept(Config config) {
    return Optional.ofNullable(config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG))
        .map(entry -> Duration.ofMillis(Long.parseLong(entry.value())));
  }
}
