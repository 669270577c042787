package dev.sluice.events.log;

import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.report.Fleet;
import dev.sluice.events.report.Standings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows the state topic and the nodes topic, and so knows how far every node has come. Needs
 * neither a Lease nor a term. To be used on one Vert.x context.
 */
public final class FleetFollower {
  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final InstantSource clock;
  private final Promise<Void> ended = Promise.promise();
  private Consumer<Throwable> exceptionHandler = e -> {};
  private Consumer<Undecodable> undecodableHandler = record -> {};
  private final Fleet fleet = new Fleet();
  private Optional<StateReader> state = Optional.empty();
  private Optional<NodesReader> nodes = Optional.empty();
  private boolean stateAtEnd;
  private boolean nodesAtEnd;

  /** Does not connect yet. */
  public FleetFollower(Vertx vertx, KafkaSettings kafka, Topics topics, InstantSource clock) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
    this.clock = clock;
  }

  /** Sets who is told of errors that are tried again; before {@link #start}. */
  public FleetFollower exceptionHandler(Consumer<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  /** Sets who is told of records that are not of the format; before {@link #start}. */
  public FleetFollower undecodableHandler(Consumer<Undecodable> handler) {
    undecodableHandler = handler;
    return this;
  }

  /**
   * Starts reading, on this thread's context, on which everything else must be called too.
   *
   * @param changed is called whenever something has been read
   */
  public void start(Runnable changed) {
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        start -> {
          StateReader stateReader = new StateReader(vertx, kafka, topics);
          NodesReader nodesReader = new NodesReader(vertx, kafka, topics);
          state = Optional.of(stateReader.exceptionHandler(exceptionHandler));
          nodes = Optional.of(nodesReader.exceptionHandler(exceptionHandler));
          stateReader.ended().onFailure(ended::tryFail);
          nodesReader.ended().onFailure(ended::tryFail);
          stateReader.start(
              batch -> {
                fleet.foldState(batch.entries());
                batch.undecodable().forEach(undecodableHandler);
                stateAtEnd |= batch.atEnd();
                changed.run();
              });
          nodesReader.start(
              batch -> {
                fold(batch);
                changed.run();
              });
        });
  }

  private void fold(NodesReader.Batch batch) {
    Instant now = clock.instant();
    for (NodesReader.TimedEntry timed : batch.entries()) {
      // what comes now has just been said, whatever the broker's clock says
      boolean old = !nodesAtEnd && timed.time().isBefore(now);
      fleet.fold(timed.entry(), old ? timed.time() : now);
    }
    batch.undecodable().forEach(undecodableHandler);
    nodesAtEnd |= batch.atEnd();
  }

  /** Fails when one of the topics can't be followed any longer. */
  public Future<Void> ended() {
    return ended.future();
  }

  /** Whether all has been read that stood on the topics at the start. */
  public boolean atEnd() {
    return stateAtEnd && nodesAtEnd;
  }

  /** All that is known. */
  public Fleet fleet() {
    return fleet;
  }

  /** How the nodes stand now. */
  public Standings standings() {
    return fleet.at(clock.instant());
  }

  /** Stops, within about two seconds. */
  public Future<Void> close() {
    Future<Void> one = state.map(StateReader::close).orElseGet(Future::succeededFuture);
    Future<Void> other = nodes.map(NodesReader::close).orElseGet(Future::succeededFuture);
    return Future.join(List.of(one, other)).mapEmpty();
  }
}
