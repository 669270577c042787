package dev.sluice.events.log;

import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** From Kafka's records to those of the event package. */
final class Records {
  private Records() {}

  /** A missing key reads as an empty one, a header without a value as an empty text. */
  static LogRecord read(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    return new LogRecord(text(record.key()), Optional.ofNullable(record.value()), headers);
  }

  /**
   * @param after how many good records of the same batch stand before it
   */
  static StateReader.Undecodable undecodable(
      ConsumerRecord<byte[], byte[]> record, UndecodableRecordException error, int after) {
    return new StateReader.Undecodable(
        record.topic(),
        record.offset(),
        text(record.key()),
        String.valueOf(error.getMessage()),
        record.value() == null,
        after);
  }

  private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
