package dev.sluice.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EmbeddedClusterTest {
  @TempDir Path data;

  @Test
  void whatThreeBrokersTakeOutlivesTheOneThatLed() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(data, 3);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
      NewTopic topic =
          new NewTopic("state", 1, (short) 3).configs(Map.of("min.insync.replicas", "2"));
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
      var _ = producer.send(new ProducerRecord<>("state", "before")).get(30, TimeUnit.SECONDS);
      int leader = leader(admin);

      cluster.kill(leader);

      assertThat(producer.send(new ProducerRecord<>("state", "after")).get(60, TimeUnit.SECONDS))
          .satisfies(record -> assertThat(record.offset()).isEqualTo(1));
      assertThat(leader(admin)).isNotEqualTo(leader);
      cluster.restart(leader);
      assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS)).hasSize(3);
    }
  }

  private static int leader(Admin admin) throws Exception {
    return admin
        .describeTopics(List.of("state"))
        .allTopicNames()
        .get(30, TimeUnit.SECONDS)
        .values()
        .iterator()
        .next()
        .partitions()
        .getFirst()
        .leader()
        .id();
  }
}
