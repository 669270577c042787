package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.events.log.Brokers;
import dev.sluice.events.log.LogFacts;
import dev.sluice.events.log.Topics;
import dev.sluice.local.broker.AuthorizingBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each program is granted is enough for what it does, and for nothing else. */
@Tag("system")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AccessSystemTest {
  private static final String WATCHER = "sluice-watcher";
  private static final String APPLIER = "sluice-applier";
  private static final String AUDITOR = "auditor";

  @TempDir Path data;
  @TempDir Path manifests;
  @TempDir Path folder;

  @Test
  void theCommandsOfTheDocumentGrantWhatIsNeededAndNoMore() throws Exception {
    try (AuthorizingBroker broker =
            AuthorizingBroker.start(data, List.of(WATCHER, APPLIER, AUDITOR));
        TestLog watchers = as(broker, WATCHER);
        TestLog appliers = as(broker, APPLIER);
        TestLog auditors = as(broker, AUDITOR)) {
      Files.writeString(
          folder.resolve("admin.properties"),
          AuthorizingBroker.administrator().entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue() + "\n")
              .collect(Collectors.joining()));
      Files.writeString(manifests.resolve("node.yaml"), Manifests.NODE);
      Files.writeString(manifests.resolve("web.yaml"), Manifests.service("web", "10.96.0.80"));

      DocumentedCommands.run(watchers, folder, "events.md", "kafka-acls.sh");

      FakeBackend backend = new FakeBackend();
      try (RunningWatcher _ = RunningWatcher.start(watchers, manifests).awaitFollowing();
          RunningApplier applier =
              RunningApplier.startReporting(
                  "node-1",
                  appliers,
                  RunningApplier.iptables(List.of(backend)),
                  AppliedFlags.parse("--proxy-mode=iptables", "--cluster-cidr=10.244.0.0/16"),
                  Duration.ofSeconds(1))) {
        applier.awaitApplied(2);
        Await.until().until(() -> auditors.report("node-1").isPresent());
        LogFacts facts =
            Await.result(
                LogFacts.read(appliers.vertx(), appliers.kafka(), appliers.topics().state()));
        assertThat(facts.deletionsKept()).as("for its checkpoint").contains(Duration.ofHours(24));
        assertThat(auditors.history().entries()).hasSize(2);
        assertThat(auditors.image().keys()).hasSize(2);
      }
      assertNobodyElseWrites(appliers, auditors);
      try (RunningWatcher _ = RunningWatcher.start(watchers, manifests).awaitFollowing()) {
        assertThat(auditors.image().head().orElseThrow().epoch()).isEqualTo(2);
        assertThat(auditors.state().undecodable()).isEmpty();
      }
    }
  }

  private static void assertNobodyElseWrites(TestLog appliers, TestLog auditors) throws Exception {
    Topics topics = auditors.topics();
    for (String topic : List.of(topics.state(), topics.history(), topics.nodes())) {
      assertThatThrownBy(() -> write(auditors, topic))
          .as(topic)
          .hasCauseInstanceOf(AuthorizationException.class);
    }
    for (String topic : List.of(topics.state(), topics.history())) {
      assertThatThrownBy(() -> write(appliers, topic))
          .as(topic)
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
    assertThatThrownBy(() -> appliers.producer(topics.cluster() + "-watcher"))
        .isInstanceOf(TransactionalIdAuthorizationException.class);
    assertThatThrownBy(appliers::history).hasMessageContaining(topics.history());
    assertNothingIsRemoved(appliers);
    assertThat(Await.result(Brokers.advertised(appliers.vertx(), appliers.kafka())))
        .as("where the brokers are, everybody may know")
        .containsExactly("127.0.0.1");
  }

  private static void assertNothingIsRemoved(TestLog log) {
    Topics topics = log.topics();
    try (Admin admin = log.admin()) {
      for (String topic : List.of(topics.state(), topics.nodes())) {
        assertThatThrownBy(() -> admin.deleteTopics(List.of(topic)).all().get())
            .as(topic)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(
                () ->
                    admin
                        .deleteRecords(
                            Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
                        .all()
                        .get())
            .as(topic)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
        ConfigResource settings = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp shorter =
            new AlterConfigOp(new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET);
        assertThatThrownBy(
                () -> admin.incrementalAlterConfigs(Map.of(settings, List.of(shorter))).all().get())
            .as(topic)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  private static void write(TestLog log, String topic) throws Exception {
    Map<String, Object> settings = new HashMap<>(log.kafka().properties());
    settings.put("bootstrap.servers", log.kafka().bootstrapServers());
    settings.put("max.block.ms", "20000");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] bytes = {1};
      var _ = producer.send(new ProducerRecord<>(topic, 0, bytes, bytes)).get();
    }
  }

  private static TestLog as(AuthorizingBroker broker, String user) {
    return new TestLog(broker.bootstrapServers(), "sluice", AuthorizingBroker.user(user));
  }
}
