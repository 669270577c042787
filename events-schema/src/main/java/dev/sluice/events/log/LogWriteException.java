package dev.sluice.events.log;

import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * A write that failed, or of which it is not known whether it succeeded. The writer can't be used
 * any more: make a new one, and read the log again before the next write.
 */
public final class LogWriteException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean fenced;

  LogWriteException(String what, Throwable cause) {
    super(what + ": " + ErrorText.of(cause), cause);
    fenced =
        ErrorText.causes(cause)
            .anyMatch(
                e ->
                    e instanceof ProducerFencedException
                        || e instanceof InvalidProducerEpochException);
  }

  /**
   * Whether another writer with the same transactional id took over. The broker says the same of a
   * transaction that it gave up because it took longer than its timeout.
   */
  public boolean fenced() {
    return fenced;
  }
}
