package dev.sluice.events.log;

import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.StateReader.Batch;
import java.time.Instant;
import java.util.List;

/** The state topic folded to its end, and when its last change was. Owned by one thread. */
final class StateTail {
  private final ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
  private UnreadableKeys unreadable = UnreadableKeys.NONE;
  private Instant headTime = Instant.EPOCH;
  private Instant changeTime = Instant.EPOCH;
  private long changed;

  void take(Batch batch) {
    batch.entries().forEach(this::take);
    unreadable = unreadable.after(batch, key -> image().knows(key));
  }

  private void take(StateEntry entry) {
    delta.replay(entry);
    switch (entry) {
      case HeadState head -> headTime = head.time();
      case ObjectState state -> {
        changed = state.revision().number();
        changeTime = state.revision().time();
      }
    }
  }

  ClusterImage image() {
    return delta.apply();
  }

  /**
   * When the last change was. Where compaction has removed it (it was a deletion), the head's time,
   * which is not before it.
   */
  Instant time() {
    return changed == image().revision() ? changeTime : headTime;
  }

  /** Keys whose last record can't be read: what was read of them before is their state here. */
  List<String> problems() {
    return List.copyOf(unreadable.reasons().values());
  }
}
