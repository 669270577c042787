package dev.sluice.events.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
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
   * Asks Kafka, on a worker thread.
   *
   * @return fails with a {@link LogReadException} if Kafka does not answer within ten seconds, or
   *     there is no such topic
   */
  public static Future<LogFacts> read(Vertx vertx, KafkaSettings kafka, String topic) {
    return vertx
        .executeBlocking(() -> ask(kafka, topic), false)
        // as where a setting is wrong, before anything is asked
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof KafkaException ? new LogReadException("topic " + topic, e) : e));
  }

  private static LogFacts ask(KafkaSettings kafka, String topic)
      throws LogReadException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Admin admin = Admin.create(new HashMap<String, Object>(kafka.admin()));
    try {
      KafkaFuture<String> cluster = admin.describeCluster().clusterId();
      KafkaFuture<Uuid> id =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .thenApply(all -> all.values().iterator().next().topicId());
      KafkaFuture<Config> config =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .thenApply(all -> all.values().iterator().next());
      return new LogFacts(new LogIdentity(cluster.get(), id.get().toString()), kept(config));
    } catch (ExecutionException e) {
      throw new LogReadException("topic " + topic, e.getCause() == null ? e : e.getCause());
    } finally {
      // nobody waits for what was not answered by now
      admin.close(Duration.ZERO);
    }
  }

  /** Who may read a topic need not be allowed to read its settings. */
  private static Optional<Duration> kept(KafkaFuture<Config> config) throws InterruptedException {
    try {
      return Optional.ofNullable(config.get().get(TopicConfig.DELETE_RETENTION_MS_CONFIG))
          .map(entry -> Duration.ofMillis(Long.parseLong(entry.value())));
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }
}
