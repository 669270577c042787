package dev.sluice.watcher.publish;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ObjectKey.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Refuses differences that look like a mistake: a wrong kubeconfig or an unmounted folder must not
 * empty every node. Meant for snapshots; deletions that a watch saw one by one are no guess. Pure.
 *
 * @param allow lets everything pass
 */
public record MassDeletionGuard(boolean allow) {
  private static final int ALWAYS_ALLOWED = 10;
  private static final int LARGEST_PERCENT = 20;

  /** Returns why these changes must not be published, or empty if they may. */
  public Optional<String> refusal(ClusterImage published, List<ChangeProposal> changes) {
    if (allow) {
      return Optional.empty();
    }
    List<String> excesses = new ArrayList<>();
    for (Kind kind : List.of(Kind.SERVICE, Kind.ENDPOINT_SLICE)) {
      excess(kind, published, changes).ifPresent(excesses::add);
    }
    return excesses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "refused to delete "
                + String.join(" and ", excesses)
                + " at once: more than "
                + LARGEST_PERCENT
                + " % looks like a wrong cluster or a missing folder; nothing is published."
                + " If it is meant, start once with --allow-mass-delete");
  }

  private static Optional<String> excess(
      Kind kind, ClusterImage published, List<ChangeProposal> changes) {
    long deleted = changes.stream().filter(change -> change.deletes(kind)).count();
    if (deleted <= ALWAYS_ALLOWED) {
      return Optional.empty();
    }
    long total = published.keys().stream().map(ObjectKey::kind).filter(kind::equals).count();
    return deleted * 100 > total * LARGEST_PERCENT
        ? Optional.of("%d of %d %ss".formatted(deleted, total, kind.apiName()))
        : Optional.empty();
  }
}
