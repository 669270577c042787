package dev.sluice.events.log;

import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Between Kafka's records and those of the event package. */
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
   * The record to be sent to a topic's one partition.
   *
   * @param time its timestamp; empty: whatever Kafka gives it
   */
  static ProducerRecord<byte[], byte[]> toWrite(
      String topic, Optional<Instant> time, LogRecord record) {
    ProducerRecord<byte[], byte[]> result =
        new ProducerRecord<>(
            topic,
            0,
            time.map(Instant::toEpochMilli).orElse(null),
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value().orElse(null));
    record
        .headers()
        .forEach((name, text) -> result.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return result;
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
