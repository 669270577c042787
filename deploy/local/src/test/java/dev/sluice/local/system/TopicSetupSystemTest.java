package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.TopicSetupException;
import dev.sluice.events.log.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@SystemTest
class TopicSetupSystemTest {
  @Test
  void theTopicsAreCreatedAsDefined(TestLog log) throws Exception {
    log.withTopics();

    for (Topics.Definition topic : log.topics().definitions((short) 1)) {
      Config config = config(log, topic.name());
      assertThat(topic.settings())
          .allSatisfy((name, value) -> assertThat(config.get(name).value()).isEqualTo(value));
    }
    try (Admin admin = log.admin()) {
      Set<String> names = admin.listTopics().names().get(30, TimeUnit.SECONDS);
      assertThat(names)
          .filteredOn(name -> name.startsWith(log.topics().cluster() + "."))
          .containsExactlyInAnyOrder(
              log.topics().state(), log.topics().history(), log.topics().nodes());
    }
  }

  @Test
  void aCommandCreatesThemAsAWatcherDoes(TestLog log) throws Exception {
    String[] command = {
      "topics", "create",
      "--bootstrap-servers", log.kafka().bootstrapServers(),
      "--cluster", log.topics().cluster()
    };

    Program.Ended created = Program.run("sluice-watcher", command);
    Program.Ended again = Program.run("sluice-watcher", command);

    assertThat(created.errors()).isEmpty();
    assertThat(List.of(created, again))
        .allSatisfy(ended -> assertThat(ended.exitCode()).isZero())
        .allSatisfy(
            ended ->
                assertThat(ended.output().lines())
                    .containsExactly(
                        log.topics().state(), log.topics().history(), log.topics().nodes()));
    for (Topics.Definition topic : log.topics().definitions((short) 1)) {
      Config config = config(log, topic.name());
      assertThat(topic.settings())
          .allSatisfy((name, value) -> assertThat(config.get(name).value()).isEqualTo(value));
    }
  }

  @Test
  void theTopicsThatAreThereAreLeftAsTheyWereTuned(TestLog log) throws Exception {
    log.withTopics();
    ConfigResource history = new ConfigResource(ConfigResource.Type.TOPIC, log.topics().history());
    try (Admin admin = log.admin()) {
      ConfigEntry aWeek = new ConfigEntry("retention.ms", "604800000");
      admin
          .incrementalAlterConfigs(
              Map.of(history, List.of(new AlterConfigOp(aWeek, AlterConfigOp.OpType.SET))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }

    log.withTopics();

    assertThat(config(log, log.topics().history()).get("retention.ms").value())
        .isEqualTo("604800000");
  }

  @Test
  void aTopicOfTwoPartitionsIsRefusedByName(TestLog log) throws Exception {
    create(log, new NewTopic(log.topics().state(), 2, (short) 1));

    assertThat(refusal(log))
        .isEqualTo(
            "topic %s can't be used: it has 2 partitions and must have one"
                .formatted(log.topics().state()));
  }

  @Test
  void aTopicThatForgetsStateIsRefusedByName(TestLog log) throws Exception {
    create(
        log,
        new NewTopic(log.topics().state(), Optional.of(1), Optional.of((short) 1))
            .configs(Map.of("cleanup.policy", "delete")));

    assertThat(refusal(log))
        .isEqualTo(
            "topic %s can't be used: its cleanup.policy is \"delete\" and must be \"compact\""
                .formatted(log.topics().state()));
  }

  @Test
  void moreReplicasThanBrokersIsSaidInKafkasWords(TestLog log) throws Exception {
    Throwable failure =
        Await.failure(TopicSetup.ensure(log.vertx(), log.kafka(), log.topics(), (short) 3));

    assertThat(failure)
        .isInstanceOf(TopicSetupException.class)
        .hasMessageContaining(log.topics().state())
        .hasMessageContaining("can't be created")
        .hasMessageContaining("replication");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsNamed(TestLog log) throws Exception {
    KafkaSettings nobody =
        new KafkaSettings(
            "127.0.0.1:9", Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "500"));

    Throwable failure =
        Await.failure(TopicSetup.ensure(log.vertx(), nobody, log.topics(), (short) 1));

    assertThat(failure).isInstanceOf(TopicSetupException.class).hasMessageContaining("127.0.0.1:9");
  }

  private static String refusal(TestLog log) throws Exception {
    Throwable failure =
        Await.failure(TopicSetup.ensure(log.vertx(), log.kafka(), log.topics(), (short) 1));
    assertThat(failure).isInstanceOf(TopicSetupException.class);
    return String.valueOf(failure.getMessage());
  }

  private static void create(TestLog log, NewTopic topic) throws Exception {
    try (Admin admin = log.admin()) {
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static Config config(TestLog log, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = log.admin()) {
      return Objects.requireNonNull(
          admin.describeConfigs(List.of(resource)).all().get(30, TimeUnit.SECONDS).get(resource));
    }
  }
}
