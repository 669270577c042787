package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.log.TooLargeException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The log, as one term of a watcher uses it: prepare, take over, read, then write. Used from one
 * Vert.x context, one call at a time. After any failure it can only be closed.
 */
public interface ChangeLog {
  /** Makes sure that the log is there and can be used. */
  Future<Void> prepare();

  /** Reads the state to its end. May be called before {@link #takeOver} and again after it. */
  Future<PublishedState> read();

  /** Ends the term of every other watcher of this log; only then may this one write. */
  Future<Void> takeOver();

  /**
   * Writes changes and the head in one transaction.
   *
   * @param changes in the order of their revisions; may be empty
   * @return completes when it is committed; fails with {@link FencedException} where another
   *     watcher took over, and with {@link TooLargeException} where nothing was written because of
   *     changes that are too large, after which the log may be used on. After another failure it is
   *     not known whether it was committed.
   */
  Future<Void> write(List<Change> changes, Head head, Instant time);

  /**
   * Completes when the log shows that another watcher has taken over, which a watcher with nothing
   * to write would not notice otherwise.
   */
  Future<Void> lost();

  /**
   * Sets who is told of keys under which something that can't be read was written after {@link
   * #read} had come to the end: such a record hides from new readers what we wrote before it.
   */
  void unreadableHandler(Consumer<Set<String>> handler);

  /** How long ago the log last answered; empty before it was read. Any thread. */
  Optional<Duration> silence();

  /** Never fails. */
  Future<Void> close();
}
