package dev.sluice.events.log;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.log.PartitionConsumer.Start;
import dev.sluice.events.log.StateReader.Undecodable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
   * @param items what stands on the topic, in its order
   * @param atEnd whether all that stood on the topic when the reading started has been delivered
   * @param share how much of that has been passed, 0 to 1
   * @param fromTheFirst whether reading began at the first record that the topic has
   */
  public record HistoryBatch(List<Item> items, boolean atEnd, double share, boolean fromTheFirst) {
    public HistoryBatch {
      items = List.copyOf(items);
    }

    /** What could be read, in the order of the revisions. */
    public List<HistoryEntry> entries() {
      return items.stream()
          .flatMap(item -> item instanceof Item.Read(var entry) ? Stream.of(entry) : Stream.empty())
          .toList();
    }

    /** The changes alone. */
    public List<Change> changes() {
      return entries().stream().map(HistoryEntry::change).toList();
    }

    /** Records between them that are not of the format. */
    public List<Undecodable> undecodable() {
      return items.stream()
          .flatMap(item -> item instanceof Item.Bad(var bad) ? Stream.of(bad) : Stream.empty())
          .toList();
    }
  }

  /** One record. */
  public sealed interface Item {
    /** One that could be read. */
    record Read(HistoryEntry entry) implements Item {}

    /** One that is not of the format. */
    record Bad(Undecodable record) implements Item {}
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
    return read(new Start.Beginning(), 0, passed(listener)).mapEmpty();
  }

  /** As {@link #read}, from the first change whose event time is not before {@code time}. */
  public Future<Void> readFrom(Instant time, Consumer<HistoryBatch> listener) {
    return read(new Start.NotBefore(time), 0, passed(listener)).mapEmpty();
  }

  /**
   * As {@link #read}, at least through a revision that is known to be on the log: where it does not
   * show yet, it is waited for.
   *
   * @param from as {@link #readFrom}; empty: all
   */
  public Future<Void> readThrough(
      Optional<Instant> from, long revision, Consumer<HistoryBatch> listener) {
    return read(start(from), revision, passed(listener)).mapEmpty();
  }

  /**
   * As {@link #read}, and what is written from then on. A broker that is away is waited for.
   *
   * @param from as {@link #readFrom}; empty: all
   * @return never completes but with a failure
   */
  public Future<Void> follow(Optional<Instant> from, Consumer<HistoryBatch> listener) {
    return open(start(from))
        .compose(opened -> new Run(opened, 0, passed(listener)).follow().eventually(opened::close));
  }

  private static Start start(Optional<Instant> from) {
    return from.<Start>map(Start.NotBefore::new).orElseGet(Start.Beginning::new);
  }

  /**
   * As {@link #readThrough}.
   *
   * @param listener says whether to go on
   * @return completes with whether reading began at the topic's first record
   */
  Future<Boolean> read(Start start, long through, Predicate<HistoryBatch> listener) {
    return open(start)
        .compose(
            opened -> {
              Run run = new Run(opened, through, listener);
              return run.toEnd(List.of()).map(run.fromTheFirst).eventually(opened::close);
            });
  }

  private Future<PartitionConsumer> open(Start start) {
    if (used.getAndSet(true)) {
      throw new IllegalStateException("a history reader reads once");
    }
    return PartitionConsumer.open(vertx, vertx.getOrCreateContext(), kafka, topics.history(), start)
        .recover(e -> failed("topic " + topics.history() + " can't be read", e))
        .onSuccess(opened -> consumer = Optional.of(opened));
  }

  private static Predicate<HistoryBatch> passed(Consumer<HistoryBatch> listener) {
    return batch -> {
      listener.accept(batch);
      return true;
    };
  }

  /** Gives up reading, within about two seconds. Not needed after reading has ended. */
  public Future<Void> close() {
    closed = true;
    return consumer.map(PartitionConsumer::close).orElseGet(Future::succeededFuture);
  }

  private final class Run {
    private final PartitionConsumer from;
    private final Predicate<HistoryBatch> listener;
    private final long through;
    private final long begin;
    private final boolean fromTheFirst;
    private long end;
    private long reached;
    private boolean endIsAll;

    Run(PartitionConsumer from, long through, Predicate<HistoryBatch> listener) {
      this.from = from;
      this.through = through;
      this.listener = listener;
      begin = from.position();
      fromTheFirst = begin == from.beginOffset();
      end = from.endOffset();
    }

    Future<Void> toEnd(List<ConsumerRecord<byte[], byte[]>> records) {
      if (closed) {
        return Future.failedFuture(new LogReadException("the reader was closed"));
      }
      List<Item> items = items(records);
      boolean passed = from.position() >= end;
      if (passed && reached < through && !endIsAll) {
        return from.writtenEnd()
            .recover(e -> failed("topic " + topics.history() + " can't be read", e))
            .compose(
                written -> {
                  end = written;
                  endIsAll = true;
                  return deliver(items, from.position() >= end);
                });
      }
      return deliver(items, passed || (endIsAll && reached >= through));
    }

    private Future<Void> deliver(List<Item> items, boolean atEnd) {
      boolean goOn = true;
      if (atEnd || !items.isEmpty()) {
        goOn = listener.test(new HistoryBatch(items, atEnd, share(atEnd), fromTheFirst));
      }
      if (atEnd || !goOn) {
        return Future.succeededFuture();
      }
      if (from.silence().compareTo(SILENCE_LIMIT) > 0) {
        return Future.failedFuture(
            new LogReadException("no answer from Kafka at " + kafka.bootstrapServers()));
      }
      return from.poll(POLL)
          .recover(e -> failed("topic " + topics.history() + " can't be read", e))
          .compose(polled -> toEnd(polled.records()));
    }

    Future<Void> follow() {
      Promise<Void> ended = Promise.promise();
      follow(List.of(), ended);
      return ended.future();
    }

    private void follow(List<ConsumerRecord<byte[], byte[]>> records, Promise<Void> ended) {
      boolean first = end != Long.MAX_VALUE;
      boolean atEnd = from.position() >= from.endOffset();
      if (first && atEnd) {
        end = Long.MAX_VALUE; // from now on, whatever comes is of interest
      }
      List<Item> items = items(records);
      if (!items.isEmpty() || (first && atEnd)) {
        var _ = listener.test(new HistoryBatch(items, atEnd, share(atEnd), fromTheFirst));
      }
      if (closed) {
        ended.fail(new LogReadException("the reader was closed"));
        return;
      }
      from.poll(POLL)
          .recover(e -> failed("topic " + topics.history() + " can't be read", e))
          .onFailure(ended::fail)
          .onSuccess(polled -> follow(polled.records(), ended));
    }

    private double share(boolean atEnd) {
      return atEnd || end <= begin
          ? 1
          : Math.clamp((double) (from.position() - begin) / (end - begin), 0, 1);
    }

    private List<Item> items(List<ConsumerRecord<byte[], byte[]>> records) {
      List<Item> items = new ArrayList<>(records.size());
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.offset() >= end && reached >= through) {
          break; // written while we read
        }
        items.add(item(record));
      }
      return items;
    }

    private Item item(ConsumerRecord<byte[], byte[]> record) {
      try {
        HistoryEntry entry = codec.decodeHistory(Records.read(record));
        reached = Math.max(reached, entry.number());
        return new Item.Read(entry);
      } catch (UndecodableRecordException e) {
        return new Item.Bad(Records.undecodable(record, e, 0));
      }
    }
  }

  private static <T> Future<T> failed(String what, Throwable cause) {
    return Future.failedFuture(new LogReadException(what, cause));
  }
}
