package dev.sluice.events.model;

/** A value that no object on the log may hold; the message names the value and the reason. */
public final class InvalidObjectException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the offending value and why it is refused
   */
  public InvalidObjectException(String message) {
    super(message);
  }

  /** The same error, with the place it was found at in front. */
  public InvalidObjectException at(String place) {
    return new InvalidObjectException(place + ": " + getMessage());
  }
}
