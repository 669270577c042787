package dev.sluice.events.log;

import dev.sluice.events.event.Change;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A write of which nothing was written, because records of some changes are larger than the log
 * takes. The writer may be used on; whether the other changes fit is not known yet.
 */
public final class TooLargeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Map<Change, String> changes;

  /**
   * @param changes that are too large, each with what Kafka's client or broker says of it
   */
  public TooLargeException(Map<Change, String> changes) {
    super("too large for the log: " + changes.keySet().stream().map(Change::key).toList());
    this.changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
  }

  /** The changes, each with the reason. */
  public Map<Change, String> changes() {
    return changes;
  }
}
