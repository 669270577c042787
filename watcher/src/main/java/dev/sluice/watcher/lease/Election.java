package dev.sluice.watcher.lease;

import java.util.Optional;

/** How it is decided which watcher publishes. */
public interface Election {
  /**
   * Stands for election, until the candidacy is lost or withdrawn; one at a time. To be called on a
   * Vert.x context, which its results come on.
   */
  Candidacy stand();

  /** Whether there may be others, who take over from a watcher that gives way. */
  boolean contested();

  /** Who leads, as last seen; empty where that is not known, or nobody does. Any thread. */
  Optional<String> leader();

  /** Why the election does not get on, where it does not. Any thread. */
  Optional<String> problem();
}
