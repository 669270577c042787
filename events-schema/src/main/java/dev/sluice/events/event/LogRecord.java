package dev.sluice.events.event;

import java.util.Map;
import java.util.Optional;

/**
 * A record as it stands on a topic, without Kafka's types.
 *
 * @param value empty for a deletion
 * @param headers names and texts, in the order in which they are written
 */
public record LogRecord(String key, Optional<byte[]> value, Map<String, String> headers) {}
