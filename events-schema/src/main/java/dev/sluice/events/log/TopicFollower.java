package dev.sluice.events.log;

import dev.sluice.events.event.UndecodableRecordException;
import io.vertx.core.Context;
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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Reads a topic from its beginning, or an offset, to its end, and follows it from there.
 *
 * <p>All callbacks run on the Vert.x context from which {@link #start} was called, one at a time;
 * the next poll waits until the listener has returned.
 *
 * <p>Errors: whatever may pass (no broker, no topic yet, no permission, a damaged record batch) is
 * tried again without end, after 0.2 to 10 seconds, and told to the {@link #exceptionHandler}; it
 * never skips a record. What can't pass ends the reader and fails {@link #ended}: records removed
 * before they were read, or a listener that threw.
 */
final class TopicFollower<E> {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);

  /** What one poll gave; as {@link StateReader.Batch}. */
  record Batch<E>(
      List<E> entries, List<StateReader.Undecodable> undecodable, boolean atEnd, long position) {}

  /** What a record says. */
  interface Decoder<E> {
    /** Reads it. */
    E decode(ConsumerRecord<byte[], byte[]> record) throws UndecodableRecordException;
  }

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final String topic;
  private final Decoder<E> decoder;
  private final Promise<Void> started = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private final AtomicBoolean used = new AtomicBoolean();
  private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private volatile Consumer<Throwable> exceptionHandler = e -> {};
  private volatile Optional<PartitionConsumer> consumer = Optional.empty();
  private volatile boolean closed;
  private PartitionConsumer.Start from = new PartitionConsumer.Start.Beginning();
  private boolean atEnd;
  private boolean silent;

  /** Does not connect yet. */
  TopicFollower(Vertx vertx, KafkaSettings kafka, String topic, Decoder<E> decoder) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topic = topic;
    this.decoder = decoder;
  }

  /**
   * Sets who is told of errors that are tried again, as {@link LogReadException}s; to be called
   * before {@link #start}. A broker that has not answered for ten seconds is told once, as a {@link
   * LogReadException}, until it has answered again.
   */
  void exceptionHandler(Consumer<Throwable> handler) {
    exceptionHandler = handler;
  }

  /** Sets the offset to start from; to be called before {@link #start}. */
  void from(long offset) {
    from = new PartitionConsumer.Start.At(offset);
  }

  /**
   * Starts reading. A topic with nothing to deliver still gives one batch, empty and at the end.
   *
   * @return completes when the topic's end is known, before the first batch; waits for a broker
   *     that is away; fails if the reader is closed before
   * @throws IllegalStateException if it was called before
   */
  Future<Void> start(Consumer<Batch<E>> listener) {
    if (used.getAndSet(true)) {
      throw new IllegalStateException("a reader starts once");
    }
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> open(context, listener));
    return started.future();
  }

  /** Completes when the reader was closed; fails when it ended by itself, with the reason. */
  Future<Void> ended() {
    return ended.future();
  }

  /**
   * How long ago the broker last answered: under two seconds while it can be reached, even if
   * nothing happens. Empty before {@link #start} has completed.
   */
  Optional<Duration> silence() {
    return consumer.map(PartitionConsumer::silence);
  }

  /** As {@link PartitionConsumer#caughtUp}. */
  Optional<Instant> caughtUp() {
    return consumer.flatMap(PartitionConsumer::caughtUp);
  }

  /** Stops; within about two seconds. No batch is delivered afterwards. */
  Future<Void> close() {
    closed = true;
    started.tryFail(new LogReadException("the reader was closed"));
    return consumer
        .map(PartitionConsumer::close)
        .orElseGet(Future::succeededFuture)
        .onComplete(done -> ended.tryComplete());
  }

  private void open(Context context, Consumer<Batch<E>> listener) {
    if (closed) {
      return;
    }
    PartitionConsumer.open(vertx, context, kafka, topic, from)
        .onFailure(e -> failed(e, () -> open(context, listener)))
        .onSuccess(opened -> opened(context, listener, opened));
  }

  private void opened(Context context, Consumer<Batch<E>> listener, PartitionConsumer opened) {
    consumer = Optional.of(opened);
    if (closed) {
      opened.close();
      return;
    }
    backoff.reset();
    started.tryComplete();
    // an empty topic is at its end before the first poll
    deliver(listener, opened, List.of());
    follow(context, listener, opened);
  }

  private void follow(Context context, Consumer<Batch<E>> listener, PartitionConsumer from) {
    if (closed) {
      return;
    }
    Runnable again = () -> context.runOnContext(v -> follow(context, listener, from));
    from.poll(POLL)
        .onFailure(e -> failed(e, again))
        .onSuccess(
            polled -> {
              backoff.reset();
              noteSilence(from);
              deliver(listener, from, polled.records());
              again.run();
            });
  }

  private void deliver(
      Consumer<Batch<E>> listener,
      PartitionConsumer from,
      List<ConsumerRecord<byte[], byte[]>> records) {
    boolean reached = atEnd || from.position() >= from.endOffset();
    if (closed || (records.isEmpty() && reached == atEnd)) {
      return;
    }
    atEnd = reached;
    List<E> entries = new ArrayList<>(records.size());
    List<StateReader.Undecodable> undecodable = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        entries.add(decoder.decode(record));
      } catch (UndecodableRecordException e) {
        undecodable.add(Records.undecodable(record, e, entries.size()));
      }
    }
    try {
      listener.accept(new Batch<>(entries, undecodable, atEnd, from.position()));
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void failed(Throwable error, Runnable again) {
    if (error instanceof OffsetOutOfRangeException) {
      end(new LogReadException("topic " + topic + " no longer has what follows", error));
    } else {
      retry(error, again);
    }
  }

  private void retry(Throwable error, Runnable again) {
    if (!closed) {
      exceptionHandler.accept(new LogReadException("topic " + topic + " can't be read", error));
      vertx.setTimer(backoff.next().toMillis(), later -> again.run());
    }
  }

  private void noteSilence(PartitionConsumer from) {
    boolean now = from.silence().compareTo(SILENCE_LIMIT) > 0;
    if (now && !silent) {
      exceptionHandler.accept(
          new LogReadException("no answer from Kafka at " + kafka.bootstrapServers()));
    }
    silent = now;
  }

  private void end(Exception reason) {
    started.tryFail(reason);
    ended.tryFail(reason);
    close();
  }
}
