package dev.sluice.local.demo;

/** What the tour was to show is not so; the message says what was expected and what was seen. */
public final class TourException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TourException(String message) {
    super(message);
  }
}
