package dev.sluice.local.broker;

/** The broker ended or stayed silent instead of starting; the message holds its last log lines. */
public final class BrokerStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
