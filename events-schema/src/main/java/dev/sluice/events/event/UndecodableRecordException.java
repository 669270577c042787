package dev.sluice.events.event;

import java.util.Optional;

/** A record that is not what the log's format says; the message names its key and the reason. */
public final class UndecodableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  UndecodableRecordException(String key, Throwable cause) {
    super(
        "record \"%s\": %s"
            .formatted(key, Optional.ofNullable(cause.getMessage()).orElse(cause.toString())),
        cause);
  }
}
