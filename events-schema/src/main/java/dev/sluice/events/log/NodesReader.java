package dev.sluice.events.log;

import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the nodes topic from its beginning to its end, and follows it from there. Threads and
 * errors are those of a {@link StateReader}.
 */
public final class NodesReader {
  /**
   * A record.
   *
   * @param time when the broker took it
   */
  public record TimedEntry(NodeEntry entry, Instant time) {}

  /**
   * What one poll gave.
   *
   * @param entries in the order of the log
   * @param undecodable records between them that are not of the format
   * @param atEnd whether all that stood on the topic when the reader started has been delivered
   */
  public record Batch(List<TimedEntry> entries, List<Undecodable> undecodable, boolean atEnd) {
    public Batch {
      entries = List.copyOf(entries);
      undecodable = List.copyOf(undecodable);
    }
  }

  private final NodeCodec codec = new NodeCodec();
  private final TopicFollower<TimedEntry> follower;

  /** Does not connect yet. */
  public NodesReader(Vertx vertx, KafkaSettings kafka, Topics topics) {
    follower =
        new TopicFollower<>(
            vertx,
            kafka,
            topics.nodes(),
            record ->
                new TimedEntry(
                    codec.decode(Records.read(record)), Instant.ofEpochMilli(record.timestamp())));
  }

  /** As {@link StateReader#exceptionHandler}. */
  public NodesReader exceptionHandler(Consumer<Throwable> handler) {
    follower.exceptionHandler(handler);
    return this;
  }

  /** As {@link StateReader#start}. */
  public Future<Void> start(Consumer<Batch> listener) {
    return follower.start(
        batch -> listener.accept(new Batch(batch.entries(), batch.undecodable(), batch.atEnd())));
  }

  /** Completes when the reader was closed; fails when it ended by itself, with the reason. */
  public Future<Void> ended() {
    return follower.ended();
  }

  /** As {@link StateReader#silence}. */
  public Optional<Duration> silence() {
    return follower.silence();
  }

  /** Stops; within about two seconds. No batch is delivered afterwards. */
  public Future<Void> close() {
    return follower.close();
  }
}
