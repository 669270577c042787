package dev.sluice.watcher.publish;

/** Another watcher has taken over the log: this one must not write any more. */
public final class FencedException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final String MESSAGE = "another watcher has taken over the log";

  public FencedException() {
    super(MESSAGE);
  }

  public FencedException(Throwable cause) {
    super(MESSAGE, cause);
  }
}
