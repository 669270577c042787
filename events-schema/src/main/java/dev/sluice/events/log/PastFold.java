package dev.sluice.events.log;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.image.Rewind;
import dev.sluice.events.log.HistoryReader.HistoryBatch;
import dev.sluice.events.log.HistoryReader.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the history says about a moment, and whether it says enough. Owned by one thread. */
final class PastFold {
  private final StateTail tail;
  private final Moment moment;
  private final String topic;
  private final ClusterImage latest;
  private final Rewind rewind;
  private final List<String> problems = new ArrayList<>();
  private final List<String> undecodable = new ArrayList<>();
  private Optional<HistoryEntry> first = Optional.empty();
  private long reached;

  /**
   * @param topic what to call the history in messages
   */
  PastFold(StateTail tail, Moment moment, String topic) {
    this.tail = tail;
    this.moment = moment;
    this.topic = topic;
    latest = tail.image();
    rewind = new Rewind(latest, moment);
  }

  boolean take(HistoryBatch batch) {
    for (Item item : batch.items()) {
      switch (item) {
        case Item.Bad(var record) -> undecodable.add(record.inWords());
        case Item.Read(var entry) -> take(entry);
      }
    }
    return true;
  }

  private void take(HistoryEntry entry) {
    if (first.isEmpty() && entry.number() <= latest.revision()) {
      first = Optional.of(entry);
    }
    rewind.replay(entry);
    if (rewind.firstAfter().isPresent()) {
      noteMissing(entry.number());
    }
    // what can't be read of the time before the moment is not asked for
    undecodable.clear();
    reached = entry.number();
  }

  /** Changes after the moment that can't be put back, before the revision {@code next}. */
  private void noteMissing(long next) {
    problems.addAll(undecodable);
    if (reached != 0 && next - reached - 1 > undecodable.size()) {
      problems.add(
          "%s: between revision %d and %d %d are missing"
              .formatted(topic, reached, next, next - reached - 1 - undecodable.size()));
    }
  }

  /**
   * Whether what was read goes back to the moment.
   *
   * @param fromTheFirst whether it began at the topic's first record
   */
  boolean reachesBack(boolean fromTheFirst) {
    if (rewind.last().isPresent()) {
      return true;
    }
    return switch (moment) {
      case Moment.Now() -> true;
      case Moment.AtRevision(long number) ->
          first.map(entry -> entry.number() - 1 <= number).orElse(number == latest.revision());
      case Moment.AtTime(var time) -> first.isEmpty() && fromTheFirst && !tail.time().isAfter(time);
    };
  }

  /** Whether the log held the whole cluster by the moment. */
  boolean isComplete() {
    return rewind.revision() > 0
        && latest
            .head()
            .flatMap(Head::completeSince)
            .filter(since -> rewind.revision() < since)
            .isEmpty();
  }

  PastState result() {
    if (reached != 0 && reached < latest.revision()) {
      noteMissing(latest.revision() + 1);
    }
    List<String> told = new ArrayList<>(tail.problems());
    told.addAll(problems);
    ClusterImage image = rewind.apply();
    Optional<HistoryEntry> last = rewind.last().filter(entry -> entry.number() == image.revision());
    return new PastState(
        image,
        last.map(entry -> entry.change().revision().time())
            .or(() -> Optional.of(tail.time()).filter(_ -> image.revision() == latest.revision())),
        told);
  }
}
