package dev.sluice.events.host;

import java.io.IOException;
import java.util.Optional;

/** An address that can't be listened on; the message names what for, the address and the reason. */
public final class BindFailedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_UNPRIVILEGED_PORT = 1024;

  BindFailedException(String purpose, BindAddress address, Throwable cause) {
    super(
        "can't serve %s on %s: %s%s"
            .formatted(
                purpose,
                address,
                Optional.ofNullable(cause.getMessage()).orElse(cause.toString()),
                hint(address, cause)),
        cause);
  }

  private static String hint(BindAddress address, Throwable cause) {
    boolean privileged = address.port() > 0 && address.port() < FIRST_UNPRIVILEGED_PORT;
    return privileged && String.valueOf(cause.getMessage()).contains("Permission denied")
        ? " (a port below 1024 needs the capability NET_BIND_SERVICE)"
        : "";
  }
}
