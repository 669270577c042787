package dev.sluice.watcher.publish;

import dev.sluice.events.event.Cause;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ObjectKey.Kind;
import java.time.Instant;
import java.util.Optional;

/**
 * A change that should be published, and has no revision yet. At least one of before and after is
 * there.
 *
 * @param resourceVersion the API server's version; empty where there is none
 * @param triggerTime when it happened in the cluster, where that is known
 */
public record ChangeProposal(
    ObjectKey key,
    Optional<ClusterObject> before,
    Optional<ClusterObject> after,
    Cause cause,
    String resourceVersion,
    Optional<Instant> triggerTime) {
  public ChangeProposal {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException(key + " neither was nor is there");
    }
  }

  /** The same proposal in another state of the log; empty where nothing is left to change. */
  Optional<ChangeProposal> rebased(PublishedState log) {
    return log.says(key, after)
        ? Optional.empty()
        : Optional.of(
            new ChangeProposal(
                key, log.image().get(key), after, cause, resourceVersion, triggerTime));
  }

  boolean deletes(Kind kind) {
    return after.isEmpty() && key.kind() == kind;
  }
}
