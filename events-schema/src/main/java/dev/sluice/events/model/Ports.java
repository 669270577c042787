package dev.sluice.events.model;

/** Checks of port numbers. */
final class Ports {
  private Ports() {}

  /** Returns the number, or throws if it is not within 1 to 65535. */
  static int port(String what, int number) {
    if (number < 1 || number > 65535) {
      throw new InvalidObjectException(what + " " + number + " is not within 1 to 65535");
    }
    return number;
  }

  /** Returns the number, or throws if it is not within 0 (none) to 65535. */
  static int portOrNone(String what, int number) {
    return number == 0 ? 0 : port(what, number);
  }
}
