package dev.sluice.events.log;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.log.StateReader.Undecodable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the history topic once, to the end it has when the reading starts.
 *
 * <p>Callbacks run on the Vert.x context of the call that started it, one at a time; the next poll
 * waits until the listener has returned. Unlike a {@link StateReader} it does not wait for a broker
 * that is away: whoever asks for history wants an answer or an error.
 */
public final class HistoryReader {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(15);

  /**
   * What one poll gave.
   *
   * @param changes in the order of their revisions
   * @param undecodable records between them that are not of the format
   * @param atEnd whether this is the last batch
   */
  public record HistoryBatch(List<Change> changes, List<Undecodable> undecodable, boolean atEnd) {
    public HistoryBatch {
      changes = List.copyOf(changes);
      undecodable = List.copyOf(undecodable);
    }
  }

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final EventCodec codec = new EventCodec();
  private final AtomicBoolean used = new AtomicBoolean();
  private volatile Optional<PartitionConsumer> consumer = Optional.empty();
  private volatile boolean closed;

  /** Does not connect yet. */
  public HistoryReader(Vertx vertx, KafkaSettings kafka, Topics topics) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Reads all there is.
   *
   * @return completes after the last batch; fails with a {@link LogReadException} if the broker
   *     does not answer for about 15 seconds, the topic is missing, retention removed records
   *     before they were read, or the reader was closed; or with what the listener threw
   * @throws IllegalStateException if the reader was used before
   */
  public Future<Void> read(Consumer<HistoryBatch> listener) {
    return read(new PartitionConsumer.Start.Beginning(), listener);
  }

  /** As {@link #read}, from the first change whose event time is not before {@code time}. */
  public Future<Void> readFrom(Instant time, Consumer<HistoryBatch> listener) {
    return read(new PartitionConsumer.Start.NotBefore(time), listener);
  }

  /** Gives up reading, within about two seconds. Not needed after reading has ended. */
  public Future<Void> close() {
    closed = true;
    return consumer.map(PartitionConsumer::close).orElseGet(Future::succeededFuture);
  }

  private Future<Void> read(PartitionConsumer.Start start, Consumer<HistoryBatch> listener) {
    if (used.getAndSet(true)) {
      throw new IllegalStateException("a history reader reads once");
    }
    Context context = vertx.getOrCreateContext();
    return PartitionConsumer.open(vertx, context, kafka, topics.history(), start)
        .recover(e -> failed("topic " + topics.history() + " can't be read", e))
        .compose(
            opened -> {
              consumer = Optional.of(opened);
              return toEnd(opened, List.of(), listener).eventually(opened::close);
            });
  }

  private Future<Void> toEnd(
      PartitionConsumer from,
      List<ConsumerRecord<byte[], byte[]>> records,
      Consumer<HistoryBatch> listener) {
    if (closed) {
      return Future.failedFuture(new LogReadException("the reader was closed"));
    }
    boolean atEnd = from.position() >= from.endOffset();
    if (atEnd || !records.isEmpty()) {
      listener.accept(batch(records, from.endOffset(), atEnd));
    }
    if (atEnd) {
      return Future.succeededFuture();
    }
    if (from.silence().compareTo(SILENCE_LIMIT) > 0) {
      return Future.failedFuture(
          new LogReadException("no answer from Kafka at " + kafka.bootstrapServers()));
    }
    return from.poll(POLL)
        .recover(e -> failed("topic " + topics.history() + " can't be read", e))
        .compose(polled -> toEnd(from, polled.records(), listener));
  }

  private HistoryBatch batch(
      List<ConsumerRecord<byte[], byte[]>> records, long endOffset, boolean atEnd) {
    List<Change> changes = new ArrayList<>(records.size());
    List<Undecodable> undecodable = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() >= endOffset) {
        break; // written while we read
      }
      try {
        changes.add(codec.decodeHistory(Records.read(record)));
      } catch (UndecodableRecordException e) {
        undecodable.add(Records.undecodable(record, e, changes.size()));
      }
    }
    return new HistoryBatch(changes, undecodable, atEnd);
  }

  private static <T> Future<T> failed(String what, Throwable cause) {
    return Future.failedFuture(new LogReadException(what, cause));
  }
}
