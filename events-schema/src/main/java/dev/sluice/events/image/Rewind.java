package dev.sluice.events.image;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.event.Moment;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ObjectKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Leads from an image back to an earlier moment: every object that changed after it is put back to
 * what it was before the first of its changes after it. Pure. Owned by one thread: replay the
 * history in its order, from the moment or any time before it on, to the image's revision or any
 * revision after it; then take the image.
 */
public final class Rewind {
  private final ClusterImage latest;
  private final Head head;
  private final Moment moment;
  private final ClusterDelta delta;
  private final Set<ObjectKey> putBack = new HashSet<>();
  private Optional<HistoryEntry> last = Optional.empty();
  private Optional<HistoryEntry> firstAfter = Optional.empty();
  private Optional<ModeReason> reason = Optional.empty();

  /**
   * @param latest the image to go back from; it has a head
   */
  public Rewind(ClusterImage latest, Moment moment) {
    this.latest = latest;
    this.moment = moment;
    head = latest.head().orElseThrow(() -> new IllegalArgumentException("an image with no head"));
    delta = new ClusterDelta(latest);
  }

  /** Takes one entry of the history. */
  public void replay(HistoryEntry entry) {
    if (includes(entry.change().revision())) {
      last = Optional.of(entry);
      reason = entry.proxyModeReason().or(() -> reason);
      return;
    }
    if (firstAfter.isEmpty()) {
      firstAfter = Optional.of(entry);
    }
    if (putBack.add(entry.change().key())) {
      delta.putBack(entry.change().key(), entry.change().before());
    }
  }

  /** What came after the image was read is none of its past; it only leads back to the image. */
  private boolean includes(Revision revision) {
    return moment.includes(revision) && revision.number() <= latest.revision();
  }

  /** The last change by the moment, where it was replayed. */
  public Optional<HistoryEntry> last() {
    return last;
  }

  /** The first change after the moment, where there is one. */
  public Optional<HistoryEntry> firstAfter() {
    return firstAfter;
  }

  /** The revision of the moment, as far as what was replayed tells it. */
  public long revision() {
    if (moment instanceof Moment.AtRevision(long number)) {
      return Math.min(number, latest.revision());
    }
    return firstAfter
        .map(after -> last.map(HistoryEntry::number).orElse(after.number() - 1))
        .map(number -> Math.min(number, latest.revision()))
        .orElseGet(latest::revision);
  }

  /**
   * The image of the moment. Its head has the mode that {@code auto} meant then; where the last
   * change by then was not replayed, it has the one that the next change tells.
   */
  public ClusterImage apply() {
    long revision = revision();
    if (revision == latest.revision()) {
      return latest;
    }
    Optional<HistoryEntry> teller = last.or(() -> firstAfter);
    return delta.applyAt(
        new Head(
            head.clusterId(),
            teller.map(entry -> entry.change().revision().epoch()).orElse(head.epoch()),
            revision,
            head.completeSince().map(since -> since <= revision).orElse(head.complete()),
            teller.map(HistoryEntry::proxyMode).orElse(head.proxyMode()),
            head.proxyModeReason().filter(known -> known.revision() <= revision).or(() -> reason),
            head.completeSince().filter(since -> since <= revision)));
  }
}
