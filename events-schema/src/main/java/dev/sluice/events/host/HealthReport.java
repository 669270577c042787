package dev.sluice.events.host;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a health check found.
 *
 * @param ok whether it answers 200 rather than 503
 * @param body the JSON object of the answer, in this order: texts, numbers, truth values, times,
 *     lists and maps of them
 */
public record HealthReport(boolean ok, Map<String, Object> body) {
  public HealthReport {
    body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
  }
}
