package dev.sluice.watcher.publish;

import dev.sluice.events.event.Head;
import java.util.Optional;

/** Keeps a watcher of one cluster off the log of another. Pure. */
public final class ClusterGuard {
  private ClusterGuard() {}

  /** Returns why the cluster must not be published over this head, or empty if it may. */
  public static Optional<String> refusal(Optional<Head> head, String clusterId) {
    return head.map(Head::clusterId)
        .filter(published -> !published.equals(clusterId))
        .map(
            published ->
                "the log holds cluster \"%s\", and this is cluster \"%s\": give each its own --cluster"
                    .formatted(published, clusterId));
  }
}
