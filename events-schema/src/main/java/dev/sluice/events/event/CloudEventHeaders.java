package dev.sluice.events.event;

import dev.sluice.events.model.ObjectKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A record's headers: CloudEvents 1.0, binary mode of its Kafka binding, with the extensions
 * revision, epoch, cause, resourceversion and triggertime.
 */
public final class CloudEventHeaders {
  private static final String SOURCE_PREFIX = "/sluice/";
  private static final String SPECIFICATION = "1.0";
  private static final String HEAD_TYPE = "dev.sluice.head.upserted";

  private CloudEventHeaders() {}

  static Map<String, String> of(Change change) {
    Revision revision = change.revision();
    Map<String, String> headers =
        event(
            revision.clusterId(),
            Long.toString(revision.number()),
            type(change.key(), change.after().isPresent()),
            change.key().toString(),
            revision.time());
    headers.put("ce_revision", Long.toString(revision.number()));
    headers.put("ce_epoch", Long.toString(revision.epoch()));
    headers.put("ce_cause", revision.cause().text());
    if (!revision.resourceVersion().isEmpty()) {
      headers.put("ce_resourceversion", revision.resourceVersion());
    }
    revision.triggerTime().ifPresent(time -> headers.put("ce_triggertime", time.toString()));
    return headers;
  }

  static Map<String, String> of(Head head, Instant time) {
    String id = "head-" + head.epoch() + "-" + head.revision();
    Map<String, String> headers =
        event(head.clusterId(), id, HEAD_TYPE, Head.KEY, time.truncatedTo(ChronoUnit.MILLIS));
    headers.put("ce_revision", Long.toString(head.revision()));
    headers.put("ce_epoch", Long.toString(head.epoch()));
    return headers;
  }

  /** The headers that every event has; more may be added. */
  public static Map<String, String> event(
      String clusterId, String id, String type, String subject, Instant time) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", SPECIFICATION);
    headers.put("ce_id", id);
    headers.put("ce_source", SOURCE_PREFIX + clusterId);
    headers.put("ce_type", type);
    headers.put("ce_subject", subject);
    headers.put("ce_time", time.toString());
    headers.put("content-type", "application/json");
    return headers;
  }

  private static String type(ObjectKey key, boolean present) {
    String kind = key.kind().apiName().toLowerCase(Locale.ROOT);
    return "dev.sluice." + kind + (present ? ".upserted" : ".deleted");
  }

  /**
   * Checks that the headers speak of what key and value are: a type that only later versions know
   * changes the meaning of what follows, and must not be read as if it did not.
   *
   * @param present whether the object is there after the change
   * @throws IllegalArgumentException if they don't
   */
  static void check(Map<String, String> headers, ObjectKey key, boolean present) {
    check(headers, key.toString(), type(key, present));
  }

  /** The same for the head's record. */
  static void checkHead(Map<String, String> headers) {
    check(headers, Head.KEY, HEAD_TYPE);
  }

  private static void check(Map<String, String> headers, String key, String type) {
    expect(headers, "ce_specversion", SPECIFICATION);
    expect(headers, "ce_type", type);
    expect(headers, "ce_subject", key);
  }

  private static void expect(Map<String, String> headers, String name, String expected) {
    String value = required(headers, name);
    if (!value.equals(expected)) {
      throw new IllegalArgumentException(
          "header %s is \"%s\", not \"%s\"".formatted(name, value, expected));
    }
  }

  static Revision revision(Map<String, String> headers) {
    String source = required(headers, "ce_source");
    if (!source.startsWith(SOURCE_PREFIX)) {
      throw new IllegalArgumentException("header ce_source is \"" + source + "\"");
    }
    return new Revision(
        Long.parseLong(required(headers, "ce_revision")),
        Long.parseLong(required(headers, "ce_epoch")),
        source.substring(SOURCE_PREFIX.length()),
        time(headers),
        Cause.parse(required(headers, "ce_cause")),
        headers.getOrDefault("ce_resourceversion", ""),
        Optional.ofNullable(headers.get("ce_triggertime")).map(Instant::parse));
  }

  static Instant time(Map<String, String> headers) {
    return Instant.parse(required(headers, "ce_time"));
  }

  private static String required(Map<String, String> headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      throw new IllegalArgumentException("header " + name + " is missing");
    }
    return value;
  }
}
