package dev.sluice.local.system;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.HistoryReader;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import dev.sluice.local.broker.EmbeddedBroker;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cluster's log on a broker, without topics at first, and Vert.x to use it with. */
final class TestLog implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final KafkaSettings kafka;
  private final Topics topics;

  TestLog(EmbeddedBroker broker, String cluster) {
    this(broker.bootstrapServers(), cluster);
  }

  TestLog(String bootstrapServers, String cluster) {
    kafka = new KafkaSettings(bootstrapServers, Map.of());
    topics = new Topics(cluster);
  }

  /** All there is on a topic. */
  record Read<T>(List<T> entries, List<Undecodable> undecodable) {}

  Vertx vertx() {
    return vertx;
  }

  KafkaSettings kafka() {
    return kafka;
  }

  Topics topics() {
    return topics;
  }

  TestLog withTopics() throws Exception {
    Await.result(TopicSetup.ensure(vertx, kafka, topics, (short) 1));
    return this;
  }

  /** A writer that has not taken over yet. */
  LogWriter writer() {
    return new LogWriter(vertx, kafka, topics, topics.cluster() + "-watcher");
  }

  /** A watcher's stand-in on this log, with topics. */
  Scribe scribe() throws Exception {
    withTopics();
    return new Scribe(this);
  }

  /** The state topic, from its beginning to its end now. */
  Read<StateEntry> state() throws Exception {
    List<StateEntry> entries = new ArrayList<>();
    List<Undecodable> undecodable = new ArrayList<>();
    Promise<Void> end = Promise.promise();
    StateReader reader = new StateReader(vertx, kafka, topics);
    reader.ended().onFailure(end::tryFail);
    Await.result(
        reader.start(
            batch -> {
              entries.addAll(batch.entries());
              undecodable.addAll(batch.undecodable());
              if (batch.atEnd()) {
                end.tryComplete();
              }
            }));
    try {
      Await.result(end.future());
    } finally {
      Await.result(reader.close());
    }
    return new Read<>(List.copyOf(entries), List.copyOf(undecodable));
  }

  /** What the state topic folds to. */
  ClusterImage image() throws Exception {
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    state().entries().forEach(delta::replay);
    return delta.apply();
  }

  /** The history topic, from its beginning to its end now. */
  Read<Change> history() throws Exception {
    List<Change> changes = new ArrayList<>();
    List<Undecodable> undecodable = new ArrayList<>();
    HistoryReader reader = new HistoryReader(vertx, kafka, topics);
    Await.result(
        reader.read(
            batch -> {
              changes.addAll(batch.changes());
              undecodable.addAll(batch.undecodable());
            }));
    return new Read<>(List.copyOf(changes), List.copyOf(undecodable));
  }

  /** The values of the history topic, as any reader of JSON sees them. */
  List<JsonNode> historyValues() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition(topics.history(), 0);
    List<JsonNode> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofSeconds(1))
            .forEach(record -> values.add(JsonMapper.shared().readTree(record.value())));
      }
    }
    return values;
  }

  /** A transactional producer, to write what no writer of ours would. */
  KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    return producer(transactionalId, Map.of());
  }

  /** The same with other settings. */
  KafkaProducer<byte[], byte[]> producer(String transactionalId, Map<String, String> settings) {
    HashMap<String, Object> properties = new HashMap<>(kafka.producer(transactionalId));
    properties.putAll(settings);
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties);
    producer.initTransactions();
    return producer;
  }

  Admin admin() {
    return Admin.create(new HashMap<String, Object>(kafka.admin()));
  }

  @Override
  public void close() {
    var _ = vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
