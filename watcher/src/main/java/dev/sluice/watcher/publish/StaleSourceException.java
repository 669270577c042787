package dev.sluice.watcher.publish;

/** The cluster was listed as it was before what is on the log; the message says how old it is. */
public final class StaleSourceException extends Exception {
  private static final long serialVersionUID = 1L;

  StaleSourceException(String message) {
    super(message);
  }
}
