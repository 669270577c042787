package dev.sluice.applier.runtime;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records of the log that are not of its format: told and counted. For one thread. */
final class UndecodableRecords {
  private static final Logger LOG = LoggerFactory.getLogger(UndecodableRecords.class);

  private final Counter counter;
  private final Map<String, String> open = new TreeMap<>();

  UndecodableRecords(MeterRegistry registry) {
    counter =
        Counter.builder("sluice.undecodable.records")
            .description("Records of the log that are not of its format")
            .register(registry);
  }

  /** What could not be read and has not been replaced since, with reasons. */
  Map<String, String> open() {
    return open;
  }

  /** Takes note of what could not be read, and of what replaces it. */
  void note(Batch batch) {
    for (String key : List.copyOf(open.keySet())) {
      if (batch.entries().stream().anyMatch(entry -> key.equals("record " + key(entry)))) {
        open.remove(key);
      }
    }
    for (Undecodable record : batch.undecodable()) {
      open.put("record " + record.key(), record.reason());
      LOG.error(
          "undecodable record topic={} offset={} key={} reason=\"{}\"; the last good state stays",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
    }
    counter.increment(batch.undecodable().size());
  }

  private static String key(StateEntry entry) {
    return switch (entry) {
      case StateEntry.ObjectState state -> state.key().toString();
      case StateEntry.HeadState _ -> Head.KEY;
    };
  }
}
