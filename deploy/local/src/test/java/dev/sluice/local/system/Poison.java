package dev.sluice.local.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ClusterObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Records of the Service {@link #KEY} that no reader may take for good. */
enum Poison {
  GARBAGE,
  CUT_OFF,
  EMPTY,
  JSON_OF_NO_OBJECT,
  NESTED_WITHOUT_END,
  VALUE_OF_ANOTHER_OBJECT,
  VALUE_OF_ANOTHER_KIND,
  VALUE_AFTER_THE_VALUE,
  NO_HEADERS,
  HEADER_OF_ANOTHER_KIND,
  HEADER_THAT_IS_NO_NUMBER,
  TYPE_OF_A_LATER_VERSION,
  WORD_OF_A_LATER_VERSION,
  STRUCTURE_OF_A_LATER_VERSION,
  DELETION_WITHOUT_HEADERS,
  DELETION_WITH_A_VALUE;

  static final String KEY = "Service/shop/web";

  private static final JsonMapper JSON = JsonMapper.shared();

  /** The record. */
  LogRecord record() {
    LogRecord good = good(Manifests.service("web", "10.96.0.80"));
    return switch (this) {
      case GARBAGE -> with(good, new byte[] {0, (byte) 0xff, 0x7b, (byte) 0xc3, 0x28, 0x0a});
      case CUT_OFF -> with(good, text(good).substring(0, text(good).length() / 2));
      case EMPTY -> with(good, "");
      case JSON_OF_NO_OBJECT -> with(good, "[" + text(good) + "]");
      case NESTED_WITHOUT_END -> with(good, "{\"name\":" + "[".repeat(200_000));
      case VALUE_OF_ANOTHER_OBJECT ->
          with(good, text(good(Manifests.service("other", "10.96.0.99"))));
      case VALUE_OF_ANOTHER_KIND -> with(good, text(good(Manifests.slice("web", "10.244.1.9"))));
      case VALUE_AFTER_THE_VALUE -> with(good, text(good) + text(good));
      case NO_HEADERS -> new LogRecord(KEY, good.value(), Map.of());
      case HEADER_OF_ANOTHER_KIND -> header(good, "ce_type", "dev.sluice.node.upserted");
      case HEADER_THAT_IS_NO_NUMBER -> header(good, "ce_revision", "seven");
      case TYPE_OF_A_LATER_VERSION -> header(good, "ce_type", "dev.sluice.service.suspended");
      case WORD_OF_A_LATER_VERSION -> with(good, changed(good, "type", "Gateway"));
      case STRUCTURE_OF_A_LATER_VERSION -> with(good, changed(good, "ports", "80/TCP"));
      case DELETION_WITHOUT_HEADERS -> new LogRecord(KEY, Optional.empty(), Map.of());
      case DELETION_WITH_A_VALUE -> header(good, "ce_type", "dev.sluice.service.deleted");
    };
  }

  /** What a watcher would write for the only object of a manifest. */
  static LogRecord good(String manifest) {
    ClusterObject object = Scribe.objects(manifest).getFirst().object();
    Revision revision =
        new Revision(1, 1, Scribe.CLUSTER_ID, Instant.now(), Cause.OBSERVED, "", Optional.empty());
    return new EventCodec().encodeState(new Change.Upserted(revision, Optional.empty(), object));
  }

  static LogRecord with(LogRecord record, String value) {
    return with(record, value.getBytes(UTF_8));
  }

  static String text(LogRecord record) {
    return new String(record.value().orElseThrow(), UTF_8);
  }

  private static LogRecord with(LogRecord record, byte[] value) {
    return new LogRecord(record.key(), Optional.of(value), record.headers());
  }

  private static LogRecord header(LogRecord record, String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(record.headers());
    headers.put(name, value);
    return new LogRecord(record.key(), record.value(), headers);
  }

  private static String changed(LogRecord record, String property, String value) {
    ObjectNode tree = (ObjectNode) JSON.readTree(text(record));
    return tree.put(property, value).toString();
  }
}
