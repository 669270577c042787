package dev.sluice.events.host;

import java.io.IOException;
import java.util.Optional;

/** An address that can't be listened on; the message names what for, the address and the reason. */
public final class BindFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  BindFailedException(String purpose, BindAddress address, Throwable cause) {
    super(
        "can't serve %s on %s: %s"
            .formatted(
                purpose, address, Optional.ofNullable(cause.getMessage()).orElse(cause.toString())),
        cause);
  }
}
