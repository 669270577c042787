package dev.sluice.applier.runtime;

import dev.sluice.events.event.LogRecord;
import dev.sluice.events.log.NodesWriter;
import io.vertx.core.Future;
import java.util.List;

/** Where reports go. */
interface ReportSink {
  /** Writes records in this order; one call at a time. */
  Future<Void> write(List<LogRecord> records);

  /** Closes it, within about a second. */
  Future<Void> close();

  /** The nodes topic. */
  static ReportSink of(NodesWriter writer) {
    return new ReportSink() {
      @Override
      public Future<Void> write(List<LogRecord> records) {
        return writer.write(records);
      }

      @Override
      public Future<Void> close() {
        return writer.close();
      }
    };
  }
}
