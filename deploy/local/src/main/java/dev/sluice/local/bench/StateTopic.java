package dev.sluice.local.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.events.event.Head;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The state topic of a log, as it lies there. Blocks; for one thread at a time. */
public final class StateTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final KafkaSettings kafka;
  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Does not connect yet. */
  public StateTopic(String bootstrapServers) {
    kafka = new KafkaSettings(bootstrapServers, Map.of());
    partition = new TopicPartition(new Topics(Topics.DEFAULT_CLUSTER).state(), 0);
    consumer = new KafkaConsumer<>(new HashMap<String, Object>(kafka.consumer()));
    consumer.assign(List.of(partition));
  }

  /**
   * A record.
   *
   * @param resourceVersion of the object; empty where the record has none
   */
  public record Entry(long offset, String key, long revision, String resourceVersion) {
    /** Whether it tells how far the state has come, and no object. */
    public boolean isHead() {
      return key.equals(Head.KEY);
    }

    private boolean isHeadOf(long number) {
      return isHead() && revision == number;
    }
  }

  /**
   * The partition with the topic's id.
   *
   * @throws BenchException if the broker doesn't tell
   */
  public TopicIdPartition partition() throws InterruptedException {
    try (Admin admin = Admin.create(new HashMap<String, Object>(kafka.admin()))) {
      var described = admin.describeTopics(List.of(partition.topic())).allTopicNames();
      KafkaFuture<Uuid> id = described.thenApply(all -> all.values().iterator().next().topicId());
      return new TopicIdPartition(id.get(), partition);
    } catch (ExecutionException e) {
      throw new BenchException("the broker does not describe the topic: " + e.getCause(), e);
    }
  }

  /** The offset after all that readers get now. */
  public long end() {
    return Optional.ofNullable(consumer.endOffsets(List.of(partition)).get(partition))
        .orElseThrow(() -> new BenchException("the broker does not tell where the topic ends"));
  }

  /**
   * All records from an offset on until the head that was written with a revision. Waits for them:
   * a transaction is acknowledged a little before readers get it.
   *
   * @param revision the highest that has been written
   * @throws BenchException if they have not been read in a minute
   */
  public List<Entry> read(long offset, long revision) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    List<Entry> entries = new ArrayList<>();
    consumer.seek(partition, offset);
    while (entries.isEmpty() || !entries.getLast().isHeadOf(revision)) {
      if (System.nanoTime() - deadline > 0) {
        throw new BenchException(
            "revision %d was not read within %d s".formatted(revision, LIMIT.toSeconds()));
      }
      consumer.poll(POLL).forEach(record -> entries.add(entry(record)));
    }
    return entries;
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    return new Entry(
        record.offset(),
        new String(record.key(), UTF_8),
        Long.parseLong(header(record, "ce_revision").orElseThrow()),
        header(record, "ce_resourceversion").orElse(""));
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(header -> new String(header.value(), UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
