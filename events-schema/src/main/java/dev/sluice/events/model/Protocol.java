package dev.sluice.events.model;

import java.util.Locale;

/** The transport protocols a Service port may have. */
public enum Protocol {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** The IP protocol number, as in {@code include/uapi/linux/in.h}. */
  public int number() {
    return number;
  }

  /** The name in lower case, as chain hashes and kernel commands spell it. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
