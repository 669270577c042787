package dev.sluice.applier.netlink;

import java.io.IOException;

/** The kernel's answer is not of the format that is known here. */
public final class MalformedMessageException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String reason) {
    super("netlink: " + reason);
  }
}
