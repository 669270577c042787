package dev.sluice.applier.runtime;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterImage;
import java.util.List;
import java.util.Optional;

/**
 * Whether what was read goes on from what is known. Pure.
 *
 * @param broken why it can't: the log is another one, or began anew
 * @param gap whether revisions are missing in between: compaction leaves such gaps, and so does a
 *     log that is another one
 */
record Continuity(Optional<String> broken, boolean gap) {
  static Continuity of(ClusterImage known, List<StateEntry> entries) {
    Optional<Head> head = known.head();
    long revision = known.revision();
    boolean gap = false;
    for (StateEntry entry : entries) {
      switch (entry) {
        case HeadState(Head next, _) -> {
          Optional<String> why = head.flatMap(before -> broken(before, next));
          if (why.isPresent()) {
            return new Continuity(why, gap);
          }
          head = Optional.of(next);
        }
        case ObjectState state -> {
          gap |= state.revision().number() > revision + 1;
          revision = Math.max(revision, state.revision().number());
        }
      }
    }
    return new Continuity(Optional.empty(), gap);
  }

  private static Optional<String> broken(Head before, Head next) {
    if (!next.clusterId().equals(before.clusterId())) {
      return Optional.of(
          "the log is of cluster %s, not %s".formatted(next.clusterId(), before.clusterId()));
    } else if (next.revision() < before.revision() || next.epoch() < before.epoch()) {
      return Optional.of(
          "the log is at revision %d of epoch %d, and was at %d of epoch %d"
              .formatted(next.revision(), next.epoch(), before.revision(), before.epoch()));
    }
    return Optional.empty();
  }
}
