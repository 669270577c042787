package dev.sluice.events.report;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a node's applier is.
 *
 * @param ready whether the kernel has been brought up to date once, and is kept so
 * @param waitingFor why nothing may be written yet; empty once it may
 * @param errors what is wrong, by what it is wrong with: an object that the kernel refuses, such as
 *     {@code Service/shop/web IPv4}; a record that is not of the log's format; {@code kernel} or
 *     {@code mode}. At most {@value #MOST_ERRORS}
 * @param moreErrors how many there are besides
 */
public record NodeHealth(
    boolean ready, Optional<String> waitingFor, Map<String, String> errors, int moreErrors) {
  /** A report must stay small, however much is wrong. */
  public static final int MOST_ERRORS = 20;

  private static final int LONGEST_REASON = 300;

  public NodeHealth {
    if (errors.size() > MOST_ERRORS || moreErrors < 0) {
      throw new IllegalArgumentException(errors.size() + " and " + moreErrors + " errors");
    }
    errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }

  /** The first of the errors, by name, and the number of the others. */
  public static NodeHealth of(boolean ready, Optional<String> waitingFor, Map<String, String> all) {
    TreeMap<String, String> first = new TreeMap<>();
    new TreeMap<>(all)
        .entrySet().stream()
            .limit(MOST_ERRORS)
            .forEach(error -> first.put(error.getKey(), shortened(error.getValue())));
    return new NodeHealth(ready, waitingFor, first, all.size() - first.size());
  }

  private static String shortened(String reason) {
    return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason;
  }

  /** Whether it is ready and nothing is wrong. */
  public boolean well() {
    return ready && errors.isEmpty();
  }
}
