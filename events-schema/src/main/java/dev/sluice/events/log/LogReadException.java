package dev.sluice.events.log;

/**
 * A topic that can't be read on from where the reader stands. What was read so far stays true of
 * its moment, but can't be continued: a new reader has to start over.
 */
public final class LogReadException extends Exception {
  private static final long serialVersionUID = 1L;

  LogReadException(String message) {
    super(message);
  }

  LogReadException(String what, Throwable cause) {
    super(what + ": " + ErrorText.of(cause), cause);
  }

  /** Whether reading can't succeed until somebody changes a password, a certificate or a right. */
  public static boolean refused(Throwable error) {
    return Refusal.of(error).isPresent();
  }
}
