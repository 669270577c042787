package dev.sluice.events.report;

import dev.sluice.events.event.CloudEventHeaders;
import dev.sluice.events.event.JsonCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.UndecodableRecordException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Between reports and records of the nodes topic: JSON, with headers of a CloudEvent in binary
 * mode. A report's key is the node's name; settings have keys of their own, each of which begins
 * with the node's name and a slash. Stateless, any thread.
 */
public final class NodeCodec {
  private final JsonMapper json = JsonCodec.mapper();

  /** The record of a report. */
  public LogRecord encode(NodeReport report) {
    String id = report.node() + "-" + report.time().toEpochMilli();
    return record(
        report.node(),
        report,
        headers(report.clusterId(), id, "dev.sluice.node.reported", report.node(), report.time()),
        report.revision(),
        report.epoch());
  }

  /** The record of settings. */
  public LogRecord encode(NodeSettings settings) {
    return record(
        settings.key(),
        settings,
        headers(
            settings.clusterId(),
            settings.key(),
            "dev.sluice.node.configured",
            settings.node(),
            settings.fromTime()),
        settings.fromRevision(),
        settings.epoch());
  }

  /** The record that removes another one. */
  public static LogRecord forget(String key) {
    return new LogRecord(key, Optional.empty(), Map.of());
  }

  /**
   * Reads a record of the nodes topic.
   *
   * @throws UndecodableRecordException if key or value are not of the format
   */
  public NodeEntry decode(LogRecord record) throws UndecodableRecordException {
    try {
      if (record.value().isEmpty()) {
        return new NodeEntry.Forgotten(record.key());
      }
      byte[] value = record.value().get();
      if (record.key().indexOf('/') < 0) {
        NodeReport report = json.readValue(value, NodeReport.class);
        check(record.key(), report.node());
        return new NodeEntry.Reported(report);
      }
      NodeSettings settings = json.readValue(value, NodeSettings.class);
      check(record.key(), settings.key());
      return new NodeEntry.Configured(settings);
    } catch (RuntimeException e) {
      throw new UndecodableRecordException(record.key(), e);
    }
  }

  private static void check(String key, String expected) {
    if (!key.equals(expected)) {
      throw new IllegalArgumentException("the value is of " + expected);
    }
  }

  private LogRecord record(
      String key, Object value, Map<String, String> headers, long revision, long epoch) {
    headers.put("ce_revision", Long.toString(revision));
    headers.put("ce_epoch", Long.toString(epoch));
    return new LogRecord(key, Optional.of(json.writeValueAsBytes(value)), headers);
  }

  private static Map<String, String> headers(
      String clusterId, String id, String type, String subject, Instant time) {
    return CloudEventHeaders.event(clusterId, id, type, subject, time);
  }
}
