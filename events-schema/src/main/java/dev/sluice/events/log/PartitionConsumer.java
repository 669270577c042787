package dev.sluice.events.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Metric;

/**
 * A topic's only partition, read from a given place. Every poll gives the position with the
 * records: under {@code read_committed} the position also moves over transaction markers and
 * aborted records, which are delivered to nobody, so only it can say that the end is reached.
 *
 * <p>Belongs to the context on which it was opened. Polls are not to overlap.
 */
final class PartitionConsumer {
  private static final long CLOSE_MILLIS = 2000;

  /** Where to begin. */
  sealed interface Start {
    /** At the first record there is. */
    record Beginning() implements Start {}

    /** At the first record that is not older than a time. */
    record NotBefore(Instant time) implements Start {}

    /** At this offset, if the topic still has what follows it. */
    record At(long offset) implements Start {}

    /** So many offsets before the first record that is later than a time, or at the beginning. */
    record Around(Instant time, long before) implements Start {}
  }

  /**
   * @param position the offset after all that has been passed over
   */
  record Polled(List<ConsumerRecord<byte[], byte[]>> records, long position) {}

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Optional<? extends Metric> answers;
  private double answered;
  private volatile long answeredNanos = System.nanoTime();
  private long position;
  private long beginOffset;
  private long endOffset;
  private final Client client;
  private Instant asked = Instant.now();
  private volatile Optional<Instant> caughtUp = Optional.empty();

  private PartitionConsumer(Vertx vertx, KafkaSettings kafka, Client client, String topic) {
    this.client = client;
    this.vertx = vertx;
    this.kafka = kafka;
    this.consumer = KafkaConsumer.create(vertx, client);
    this.partition = new TopicPartition(topic, 0);
    this.answers =
        client.metrics().entrySet().stream()
            .filter(metric -> metric.getKey().name().equals("fetch-total"))
            .filter(metric -> !metric.getKey().tags().containsKey("topic"))
            .map(metric -> metric.getValue())
            .findFirst();
  }

  /** Connects, goes to {@code start} and takes note of where the topic ends. */
  static Future<PartitionConsumer> open(
      Vertx vertx, Context context, KafkaSettings kafka, String topic, Start start) {
    return context
        .executeBlocking(() -> new Client(kafka), false)
        .map(client -> new PartitionConsumer(vertx, kafka, client, topic))
        .compose(
            opened ->
                opened
                    .seek(start)
                    .map(opened)
                    .recover(e -> opened.close().transform(done -> Future.failedFuture(e))));
  }

  /** Kafka's client; what it is asked in polls, other threads may know. */
  private static final class Client
      extends org.apache.kafka.clients.consumer.KafkaConsumer<byte[], byte[]> {
    private volatile boolean nothingLeft;

    Client(KafkaSettings kafka) {
      super(new HashMap<String, Object>(kafka.consumer()));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration limit) {
      ConsumerRecords<byte[], byte[]> records = super.poll(limit);
      nothingLeft =
          assignment().stream().allMatch(partition -> currentLag(partition).orElse(1) == 0);
      return records;
    }

    @Override
    public void close() {
      // an orderly end waits behind the fetch under way; the broker forgets the session anyway
      close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private Future<Void> seek(Start start) {
    return consumer
        .assign(partition)
        .compose(assigned -> consumer.endOffsets(partition))
        .onSuccess(end -> endOffset = end)
        .compose(end -> consumer.beginningOffsets(partition))
        .onSuccess(begin -> beginOffset = begin)
        .compose(begin -> offset(start))
        .onSuccess(offset -> position = offset)
        .compose(offset -> consumer.seek(partition, offset));
  }

  private Future<Long> offset(Start start) {
    return switch (start) {
      case Start.Beginning() -> Future.succeededFuture(beginOffset);
      case Start.NotBefore(Instant time) -> notBefore(time);
      case Start.At(long offset) ->
          offset >= beginOffset && offset <= endOffset
              ? Future.succeededFuture(offset)
              : Future.failedFuture(outOfRange(offset));
      case Start.Around(Instant time, long before) ->
          notBefore(time.plusMillis(1)).map(offset -> Math.max(beginOffset, offset - before));
    };
  }

  private OffsetOutOfRangeException outOfRange(long offset) {
    return new OffsetOutOfRangeException(
        "offset %d is not within %d to %d".formatted(offset, beginOffset, endOffset),
        Map.of(
            new org.apache.kafka.common.TopicPartition(
                partition.getTopic(), partition.getPartition()),
            offset));
  }

  private Future<Long> notBefore(Instant time) {
    return consumer
        .offsetsForTimes(partition, time.toEpochMilli())
        .map(found -> Optional.ofNullable(found).map(f -> f.getOffset()).orElse(endOffset));
  }

  /** The first offset that the topic had when it was opened. */
  long beginOffset() {
    return beginOffset;
  }

  /** The offset at which the topic ended when it was opened; open transactions are beyond it. */
  long endOffset() {
    return endOffset;
  }

  /**
   * The offset after all that has been written by now, of open transactions too. What was committed
   * to several topics at once may show on one before it does on the other; but it stands before
   * this offset on both.
   */
  Future<Long> writtenEnd() {
    org.apache.kafka.common.TopicPartition asked =
        new org.apache.kafka.common.TopicPartition(partition.getTopic(), partition.getPartition());
    return AdminQuestion.ask(
            vertx,
            kafka,
            admin ->
                AdminQuestion.answer(
                    vertx,
                    admin.listOffsets(Map.of(asked, OffsetSpec.latest())).partitionResult(asked)))
        .map(ListOffsetsResult.ListOffsetsResultInfo::offset);
  }

  /** Where the next poll reads on. */
  long position() {
    return position;
  }

  /** Waits for records, or for the position to move over something else, for {@code limit}. */
  Future<Polled> poll(Duration limit) {
    Instant askedBefore = asked;
    asked = Instant.now();
    return consumer
        .poll(limit)
        .compose(
            polled ->
                consumer
                    .position(partition)
                    .map(
                        at -> {
                          position = at;
                          // an answer may have been waiting since the poll before
                          if (noteAnswer() && client.nothingLeft) {
                            caughtUp = Optional.of(askedBefore);
                          }
                          return new Polled(
                              polled
                                  .records()
                                  .records(
                                      new org.apache.kafka.common.TopicPartition(
                                          partition.getTopic(), partition.getPartition())),
                              at);
                        }));
  }

  /**
   * How long ago the broker last answered. Kafka's client hides a broker that is away: it polls
   * nothing and tries again; an idle broker answers every fetch with nothing.
   */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - answeredNanos);
  }

  /**
   * When nothing stood on the topic, for readers, but what the polls so far have given; as late as
   * is known for sure, by this machine's clock. Empty before the end was reached. Any thread.
   */
  Optional<Instant> caughtUp() {
    return caughtUp;
  }

  /** Whether the broker has answered since the last time. */
  private boolean noteAnswer() {
    double now = answers.map(metric -> (double) metric.metricValue()).orElse(answered + 1);
    boolean answeredNow = now != answered;
    if (answeredNow) {
      answered = now;
      answeredNanos = System.nanoTime();
    }
    return answeredNow;
  }

  /** Closes it, within about two seconds: what Kafka's client still waits for is left behind. */
  Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    long limit = vertx.setTimer(CLOSE_MILLIS, late -> closed.tryComplete());
    consumer
        .close()
        .onComplete(
            done -> {
              vertx.cancelTimer(limit);
              closed.tryComplete();
            });
    return closed.future();
  }
}
