package dev.sluice.events.log;

import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.UndecodableRecordException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Reads the state topic from its beginning to its end, and follows it from there.
 *
 * <p>All callbacks run on the Vert.x context from which {@link #start} was called, one at a time;
 * the next poll waits until the listener has returned.
 *
 * <p>Errors: whatever may pass (no broker, no topic yet, no permission, a damaged record batch) is
 * tried again without end, after 0.2 to 10 seconds, and told to the {@link #exceptionHandler}; it
 * never skips a record. What can't pass ends the reader and fails {@link #ended}: records removed
 * before they were read, or a listener that threw.
 */
public final class StateReader {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);

  /**
   * What one poll gave.
   *
   * @param entries in the order of the log
   * @param undecodable records between them that are not of the format
   * @param atEnd whether all that stood on the topic when the reader started has been delivered;
   *     once true, true in every later batch
   */
  public record Batch(List<StateEntry> entries, List<Undecodable> undecodable, boolean atEnd) {
    public Batch {
      entries = List.copyOf(entries);
      undecodable = List.copyOf(undecodable);
    }
  }

  /**
   * A record that is not of the log's format.
   *
   * @param key as text, whatever bytes it is of; empty where there is none
   * @param deletion whether it has no value
   * @param after how many good records of the same batch stand before it
   */
  public record Undecodable(
      String topic, long offset, String key, String reason, boolean deletion, int after) {}

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final EventCodec codec = new EventCodec();
  private final Promise<Void> started = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private final AtomicBoolean used = new AtomicBoolean();
  private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private volatile Consumer<Throwable> exceptionHandler = e -> {};
  private volatile Optional<PartitionConsumer> consumer = Optional.empty();
  private volatile boolean closed;
  private boolean atEnd;
  private boolean silent;

  /** Does not connect yet. */
  public StateReader(Vertx vertx, KafkaSettings kafka, Topics topics) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Sets who is told of errors that are tried again; to be called before {@link #start}. A broker
   * that has not answered for ten seconds is told once, as a {@link LogReadException}, until it has
   * answered again.
   */
  public StateReader exceptionHandler(Consumer<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  /**
   * Starts reading. A topic with nothing to deliver still gives one batch, empty and at the end.
   *
   * @return completes when the topic's end is known, before the first batch; waits for a broker
   *     that is away; fails if the reader is closed before
   * @throws IllegalStateException if it was called before
   */
  public Future<Void> start(Consumer<Batch> listener) {
    if (used.getAndSet(true)) {
      throw new IllegalStateException("a state reader starts once");
    }
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> open(context, listener));
    return started.future();
  }

  /** Completes when the reader was closed; fails when it ended by itself, with the reason. */
  public Future<Void> ended() {
    return ended.future();
  }

  /**
   * How long ago the broker last answered: under two seconds while it can be reached, even if
   * nothing happens. Empty before {@link #start} has completed.
   */
  public Optional<Duration> silence() {
    return consumer.map(PartitionConsumer::silence);
  }

  /** Stops; within about two seconds. No batch is delivered afterwards. */
  public Future<Void> close() {
    closed = true;
    started.tryFail(new LogReadException("the reader was closed"));
    return consumer
        .map(PartitionConsumer::close)
        .orElseGet(Future::succeededFuture)
        .onComplete(done -> ended.tryComplete());
  }

  private void open(Context context, Consumer<Batch> listener) {
    if (closed) {
      return;
    }
    PartitionConsumer.open(
            vertx, context, kafka, topics.state(), new PartitionConsumer.Start.Beginning())
        .onFailure(e -> retry(e, () -> open(context, listener)))
        .onSuccess(opened -> opened(context, listener, opened));
  }

  private void opened(Context context, Consumer<Batch> listener, PartitionConsumer opened) {
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

  private void follow(Context context, Consumer<Batch> listener, PartitionConsumer from) {
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
      Consumer<Batch> listener,
      PartitionConsumer from,
      List<ConsumerRecord<byte[], byte[]>> records) {
    boolean reached = atEnd || from.position() >= from.endOffset();
    if (closed || (records.isEmpty() && reached == atEnd)) {
      return;
    }
    atEnd = reached;
    List<StateEntry> entries = new ArrayList<>(records.size());
    List<Undecodable> undecodable = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        entries.add(codec.decodeState(Records.read(record)));
      } catch (UndecodableRecordException e) {
        undecodable.add(Records.undecodable(record, e, entries.size()));
      }
    }
    try {
      listener.accept(new Batch(entries, undecodable, atEnd));
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void failed(Throwable error, Runnable again) {
    if (error instanceof OffsetOutOfRangeException) {
      end(new LogReadException("topic " + topics.state() + " no longer has what follows", error));
    } else {
      retry(error, again);
    }
  }

  private void retry(Throwable error, Runnable again) {
    if (!closed) {
      exceptionHandler.accept(error);
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
    ended.tryFail(reason);
    close();
  }
}
