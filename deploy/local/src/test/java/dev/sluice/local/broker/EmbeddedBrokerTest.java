package dev.sluice.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EmbeddedBrokerTest {
  @TempDir Path data;

  @Test
  void recordsSurviveARestartOnTheSameFolder() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data)) {
      createTopic(broker, "state");
      produce(broker, "state", "before the restart");
      assertThat(consumeFirst(broker, "state")).isEqualTo("before the restart");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(data)) {
      assertThat(consumeFirst(broker, "state")).isEqualTo("before the restart");
    }
  }

  @Test
  void closeEndsTheProcessAndMayBeCalledTwice() {
    EmbeddedBroker broker = EmbeddedBroker.start(data);
    assertThat(ProcessHandle.of(broker.pid())).isPresent();

    broker.close();
    broker.close();

    assertThat(ProcessHandle.of(broker.pid()).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aPortInUseFailsTheStartWithTheBrokersOwnWords() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      BrokerSettings settings =
          BrokerSettings.in(data)
              .withPort(taken.getLocalPort())
              .withStartTimeout(Duration.ofSeconds(30));

      assertThatThrownBy(() -> EmbeddedBroker.start(settings))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("ended while starting")
          .hasMessageContaining("Address already in use");
    }
  }

  private static void createTopic(EmbeddedBroker broker, String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
    }
  }

  private static void produce(EmbeddedBroker broker, String topic, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, "key", value)).get(30, TimeUnit.SECONDS);
    }
  }

  private static String consumeFirst(EmbeddedBroker broker, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
    }
  }
}
