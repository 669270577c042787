package dev.sluice.watcher.publish;

/** The log can't be taken over; the message says why. */
public final class TakeoverException extends Exception {
  private static final long serialVersionUID = 1L;

  TakeoverException(String message) {
    super(message);
  }
}
