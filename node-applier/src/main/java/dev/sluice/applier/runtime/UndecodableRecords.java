package dev.sluice.applier.runtime;

import dev.sluice.events.log.StateReader.Undecodable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records of the log that are not of its format: told and counted. Any thread. */
final class UndecodableRecords {
  private static final Logger LOG = LoggerFactory.getLogger(UndecodableRecords.class);

  private final Counter counter;

  UndecodableRecords(MeterRegistry registry) {
    counter =
        Counter.builder("sluice.undecodable.records")
            .description("Records of the log that are not of its format")
            .register(registry);
  }

  void note(List<Undecodable> records) {
    for (Undecodable record : records) {
      LOG.error(
          "undecodable record topic={} offset={} key={} reason=\"{}\"; the last good state stays",
          record.topic(),
          record.offset(),
          record.key(),
          record.reason());
    }
    counter.increment(records.size());
  }
}
