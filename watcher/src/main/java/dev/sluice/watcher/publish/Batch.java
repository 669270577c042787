package dev.sluice.watcher.publish;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Changes on their way to the log, in order, and the state that each makes. Pure. */
final class Batch {
  private final RevisionSequence sequence;
  private final Instant now;
  private final AutoMode autoMode;
  private final List<ChangeProposal> proposals = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private PublishedState state;
  private boolean hasSnapshot;
  private boolean whole;

  /**
   * @param published what the first change follows
   */
  Batch(PublishedState published, RevisionSequence sequence, Instant now, AutoMode autoMode) {
    this.state = published;
    this.sequence = sequence;
    this.now = now;
    this.autoMode = autoMode;
  }

  void add(ChangeProposal proposal) {
    addAll(List.of(proposal));
  }

  void addSnapshot(List<ChangeProposal> proposals, boolean snapshotIsWhole) {
    addAll(proposals);
    hasSnapshot = true;
    whole |= snapshotIsWhole;
  }

  private void addAll(List<ChangeProposal> more) {
    List<Change> assigned = sequence.assign(more, state, now);
    proposals.addAll(more);
    changes.addAll(assigned);
    state = state.after(assigned);
  }

  /**
   * What is left of it when its changes up to one index are on the log and some of the others can't
   * be put there.
   *
   * @param published what the first of the rest follows
   */
  Batch rest(int from, Set<Change> dropped, PublishedState published) {
    Batch rest = new Batch(published, sequence, now, autoMode);
    for (int i = from; i < changes.size(); i++) {
      if (!dropped.contains(changes.get(i))) {
        proposals.get(i).rebased(rest.state).ifPresent(rest::add);
      }
    }
    rest.hasSnapshot = hasSnapshot;
    rest.whole = whole;
    return rest;
  }

  /** In the order of their revisions. */
  List<Change> changes() {
    return changes;
  }

  /** The state after all changes so far; its head is that of before. */
  PublishedState state() {
    return state;
  }

  /** The event time of the heads. */
  Instant time() {
    return RevisionSequence.time(state, now);
  }

  /** Whether a head alone would be worth writing over this one. */
  boolean completes(PublishedState published) {
    return whole && !published.image().complete();
  }

  boolean hasSnapshot() {
    return hasSnapshot;
  }

  /** The head that follows the change at {@code end - 1}. */
  Head head(int end, PublishedState published) {
    boolean last = end == changes.size();
    long revision =
        end == 0 ? published.image().revision() : changes.get(end - 1).revision().number();
    // a reader may trust a complete log only once nothing of the first snapshot is missing
    boolean complete = published.image().complete() || (last && whole);
    Head head =
        new Head(
            sequence.clusterId(),
            sequence.epoch(),
            revision,
            complete,
            published.head().flatMap(Head::proxyMode),
            published.head().flatMap(Head::proxyModeReason),
            published.image().complete()
                ? published.head().flatMap(Head::completeSince)
                : Optional.of(revision).filter(_ -> complete));
    // not in the midst of a snapshot, whose deletions come last: it may have too many there
    return last && complete ? autoMode.decide(head, state.image().servedServices()) : head;
  }
}
