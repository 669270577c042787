package dev.sluice.events.log;

/** A topic that is missing and can't be created, or is not what the log needs. */
public final class TopicSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the topic and the reason
   */
  TopicSetupException(String message) {
    super(message);
  }

  TopicSetupException(String what, Throwable cause) {
    super(what + ": " + ErrorText.of(cause), cause);
  }
}
