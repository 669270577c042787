package dev.sluice.local.run;

/** A program did not start, answer or end as it should; the message holds its last log lines. */
public final class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProgramException(String message) {
    super(message);
  }

  ProgramException(String message, Throwable cause) {
    super(message, cause);
  }
}
