package dev.sluice.events.event;

import dev.sluice.events.model.InvalidObjectException;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * A record that is not what the log's format says; the message names its key and the reason, on one
 * line.
 */
public final class UndecodableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param key of the record
   * @param cause why it is not
   */
  public UndecodableRecordException(String key, Throwable cause) {
    super(("record \"" + key + "\": " + reason(cause)).replaceAll("\\p{Cntrl}+", " "), cause);
  }

  private static String reason(Throwable cause) {
    return Stream.iterate(cause, e -> e != null, Throwable::getCause)
        .filter(InvalidObjectException.class::isInstance)
        .map(e -> String.valueOf(e.getMessage()))
        .findFirst()
        .orElseGet(() -> own(cause));
  }

  private static String own(Throwable cause) {
    return cause instanceof JacksonException json
        ? json.getOriginalMessage() // without the source, which is not kept
        : String.valueOf(cause.getMessage());
  }
}
