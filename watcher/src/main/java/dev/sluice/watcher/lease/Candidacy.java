package dev.sluice.watcher.lease;

import io.vertx.core.Future;

/** One watcher that wants to publish, or does. */
public interface Candidacy {
  /** Completes when it is elected; never fails. */
  Future<Void> won();

  /**
   * Completes when it leads no longer, or can't be elected any more: another one may lead by now.
   * Never fails. Not for a candidacy that was withdrawn.
   */
  Future<Void> lost();

  /** Gives up, and back at once what it leads by. Completes within two seconds; never fails. */
  Future<Void> withdraw();
}
