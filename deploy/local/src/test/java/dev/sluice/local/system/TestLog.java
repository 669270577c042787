package dev.sluice.local.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.HistoryReader;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.log.TopicSetup;
import dev.sluice.events.log.Topics;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeReport;
import dev.sluice.local.broker.EmbeddedBroker;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
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
    this(bootstrapServers, cluster, Map.of());
  }

  /**
   * @param properties of all its clients
   */
  TestLog(String bootstrapServers, String cluster, Map<String, String> properties) {
    kafka = new KafkaSettings(bootstrapServers, properties);
    topics = new Topics(cluster);
  }

  /** The same log, used by clients with other properties; to be closed by itself. */
  TestLog with(Map<String, String> properties) {
    return new TestLog(kafka.bootstrapServers(), topics.cluster(), properties);
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

  /** What stands on the nodes topic, all that compaction has left. */
  List<NodeEntry> nodes() throws UndecodableRecordException {
    List<NodeEntry> entries = new ArrayList<>();
    for (LogRecord record : records(topics.nodes())) {
      entries.add(new NodeCodec().decode(record));
    }
    return entries;
  }

  /** The last report of a node. */
  Optional<NodeReport> report(String node) throws UndecodableRecordException {
    Optional<NodeReport> last = Optional.empty();
    for (NodeEntry entry : nodes()) {
      if (entry instanceof NodeEntry.Reported(NodeReport report) && report.node().equals(node)) {
        last = Optional.of(report);
      }
    }
    return last;
  }

  /** The values of the history topic, as any reader of JSON sees them. */
  List<JsonNode> historyValues() {
    return records(topics.history()).stream()
        .map(record -> JsonMapper.shared().readTree(record.value().orElseThrow()))
        .toList();
  }

  /** All records of a topic, as any reader sees them. */
  List<LogRecord> records(String topic) {
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    settings.put("isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition(topic, 0);
    List<LogRecord> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> records.add(record(record)));
      }
    }
    return records;
  }

  private static LogRecord record(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return new LogRecord(record.key(), Optional.ofNullable(record.value()), headers);
  }

  /** Somebody else writes to the state topic, in one transaction. */
  void scribble(LogRecord... records) {
    scribbleTo(topics.state(), records);
  }

  /** The same to another topic. */
  void scribbleTo(String topic, LogRecord... records) {
    try (KafkaProducer<byte[], byte[]> producer = producer("somebody-else")) {
      producer.beginTransaction();
      for (LogRecord record : records) {
        ProducerRecord<byte[], byte[]> sent =
            new ProducerRecord<>(
                topic, 0, record.key().getBytes(UTF_8), record.value().orElse(null));
        record.headers().forEach((name, text) -> sent.headers().add(name, text.getBytes(UTF_8)));
        var _ = producer.send(sent);
      }
      producer.commitTransaction();
    }
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
