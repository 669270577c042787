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

  /**
   * Parses the API's spelling ({@code TCP}, {@code UDP}, {@code SCTP}); an empty text is TCP, the
   * API's default.
   *
   * @throws InvalidObjectException for anything else
   */
  public static Protocol parse(String text) {
    return switch (text) {
      case "", "TCP" -> TCP;
      case "UDP" -> UDP;
      case "SCTP" -> SCTP;
      default ->
          throw new InvalidObjectException("protocol \"" + text + "\" is none of TCP, UDP, SCTP");
    };
  }
}
