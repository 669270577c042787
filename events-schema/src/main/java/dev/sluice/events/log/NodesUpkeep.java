package dev.sluice.events.log;

import dev.sluice.events.event.LogRecord;
import dev.sluice.events.log.PartitionConsumer.Start;
import dev.sluice.events.report.Fleet;
import dev.sluice.events.report.NodeCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Removes from the nodes topic what nobody can ask for any more: settings that were replaced before
 * the history begins, and what is left of nodes that are long gone. Whoever does it twice, or at
 * the same time as another, does no harm.
 */
public final class NodesUpkeep {
  private static final int MOST_AT_ONCE = 1000;

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;

  public NodesUpkeep(Vertx vertx, KafkaSettings kafka, Topics topics) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Does it once.
   *
   * @param fleet as the topics have it, read to their ends
   * @return how many records were removed; fails with a {@link LogReadException} or a {@link
   *     LogWriteException}
   */
  public Future<Integer> run(Fleet fleet) {
    return begin().compose(begin -> forget(fleet.superfluous(begin)));
  }

  /** The event time of the first change that the history still tells; long ago if it has none. */
  private Future<Instant> begin() {
    List<Instant> first = new ArrayList<>();
    return new HistoryReader(vertx, kafka, topics)
        .read(
            new Start.Beginning(),
            0,
            batch -> {
              batch.changes().stream()
                  .findFirst()
                  .ifPresent(change -> first.add(change.revision().time()));
              return first.isEmpty();
            })
        .map(done -> first.stream().findFirst().orElse(Instant.EPOCH));
  }

  private Future<Integer> forget(Set<String> keys) {
    List<LogRecord> records =
        keys.stream().sorted().limit(MOST_AT_ONCE).map(NodeCodec::forget).toList();
    if (records.isEmpty()) {
      return Future.succeededFuture(0);
    }
    NodesWriter writer = new NodesWriter(vertx, kafka, topics);
    return writer.write(records).eventually(writer::close).map(records.size());
  }
}
