package dev.sluice.events.model;

/**
 * ClientIP session affinity.
 *
 * @param timeoutSeconds how long a client is remembered after its last new connection, 1 to 86400
 */
public record SessionAffinity(int timeoutSeconds) {
  /** What the API takes where no timeout is given: three hours. */
  public static final int DEFAULT_TIMEOUT_SECONDS = 10_800;

  public SessionAffinity {
    if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
      throw new InvalidObjectException(
          "session affinity timeout " + timeoutSeconds + " is not within 1 to 86400 seconds");
    }
  }
}
