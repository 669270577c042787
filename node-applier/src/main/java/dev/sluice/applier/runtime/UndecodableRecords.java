package dev.sluice.applier.runtime;

import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.log.UnreadableKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of the log that are not of its format: told, counted, and kept in mind until a good one
 * follows. For one thread; its metrics may be read by any.
 */
final class UndecodableRecords {
  private static final Logger LOG = LoggerFactory.getLogger(UndecodableRecords.class);

  private final Counter counter;
  private volatile UnreadableKeys keys = UnreadableKeys.NONE;

  UndecodableRecords(MeterRegistry registry) {
    counter =
        Counter.builder("sluice.undecodable.records")
            .description("Records of the log that are not of its format")
            .register(registry);
    Gauge.builder("sluice.undecodable.keys", () -> keys.byKey().size())
        .description("Keys of the log whose last record is not of its format")
        .register(registry);
  }

  /** Begins with what an applier before this one knew; or with nothing, for reading all anew. */
  void restart(Collection<Undecodable> known) {
    keys =
        new UnreadableKeys(
            known.stream()
                .collect(
                    Collectors.toMap(Undecodable::key, record -> record, (one, other) -> other)));
  }

  /** The records that can't be read, and stand. */
  Collection<Undecodable> records() {
    return keys.byKey().values();
  }

  /** The keys whose last record can't be read, with reasons. */
  Map<String, String> open() {
    return keys.reasons();
  }

  /**
   * Takes note of what could not be read, and of what replaces it.
   *
   * @param pending after the batch
   */
  void note(Batch batch, PendingChanges pending) {
    for (Undecodable record : batch.undecodable()) {
      LOG.error(
          "undecodable record topic={} offset={} key={} reason=\"{}\"; the last good state stays",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
    }
    counter.increment(batch.undecodable().size());
    UnreadableKeys before = keys;
    keys = before.after(batch, pending::knows);
    for (String key : before.byKey().keySet()) {
      if (!keys.byKey().containsKey(key)) {
        LOG.info("no longer undecodable key={} revision={}", key, pending.image().revision());
      }
    }
  }
}
