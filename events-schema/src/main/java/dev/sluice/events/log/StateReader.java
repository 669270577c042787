package dev.sluice.events.log;

import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.StateEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the state topic from its beginning, or an offset, to its end, and follows it from there.
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
  /**
   * What one poll gave.
   *
   * @param entries in the order of the log
   * @param undecodable records between them that are not of the format
   * @param atEnd whether all that stood on the topic when the reader started has been delivered;
   *     once true, true in every later batch
   * @param position the offset from which a reader that knows all this goes on
   */
  public record Batch(
      List<StateEntry> entries, List<Undecodable> undecodable, boolean atEnd, long position) {
    public Batch {
      entries = List.copyOf(entries);
      undecodable = List.copyOf(undecodable);
    }

    /** A batch of which nobody asks where it ends. */
    public Batch(List<StateEntry> entries, List<Undecodable> undecodable, boolean atEnd) {
      this(entries, undecodable, atEnd, 0);
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
      String topic, long offset, String key, String reason, boolean deletion, int after) {
    /** Where it stands and what is wrong; the reason names the key. */
    public String inWords() {
      return "%s offset %d: %s".formatted(topic, offset, reason);
    }
  }

  private final EventCodec codec = new EventCodec();
  private final TopicFollower<StateEntry> follower;

  /** Does not connect yet. */
  public StateReader(Vertx vertx, KafkaSettings kafka, Topics topics) {
    follower =
        new TopicFollower<>(
            vertx, kafka, topics.state(), record -> codec.decodeState(Records.read(record)));
  }

  /**
   * Sets who is told of errors that are tried again; to be called before {@link #start}. A broker
   * that has not answered for ten seconds is told once, as a {@link LogReadException}, until it has
   * answered again.
   */
  public StateReader exceptionHandler(Consumer<Throwable> handler) {
    follower.exceptionHandler(handler);
    return this;
  }

  /**
   * Sets the offset to start from, instead of the topic's beginning; to be called before {@link
   * #start}. If the topic has no such offset, {@link #ended} fails with a {@link LogReadException}.
   */
  public StateReader from(long offset) {
    follower.from(offset);
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
    return follower.start(
        batch ->
            listener.accept(
                new Batch(batch.entries(), batch.undecodable(), batch.atEnd(), batch.position())));
  }

  /** Completes when the reader was closed; fails when it ended by itself, with the reason. */
  public Future<Void> ended() {
    return follower.ended();
  }

  /**
   * How long ago the broker last answered: under two seconds while it can be reached, even if
   * nothing happens. Empty before {@link #start} has completed.
   */
  public Optional<Duration> silence() {
    return follower.silence();
  }

  /**
   * When nothing stood on the topic but what has been read by now; as late as is known for sure, by
   * this machine's clock, and a few seconds ago at most while the broker can be reached and the
   * reader keeps up. Empty before the end was reached. Any thread.
   */
  public Optional<Instant> caughtUp() {
    return follower.caughtUp();
  }

  /** Stops; within about two seconds. No batch is delivered afterwards. */
  public Future<Void> close() {
    return follower.close();
  }
}
