package dev.sluice.events.log;

/**
 * A moment that the log does not tell of: it has not come yet, or is before what the log still
 * knows. The message says which moments there are.
 */
public final class UnknownMomentException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownMomentException(String message) {
    super(message);
  }
}
