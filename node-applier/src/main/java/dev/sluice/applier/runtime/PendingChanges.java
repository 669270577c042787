package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The image as far as it has been read, and what of it the kernel does not have yet. Owned by the
 * applier's context.
 */
final class PendingChanges {
  /** Enough to measure by; a burst need not be remembered one by one. */
  private static final int MOST_REVISIONS = 10_000;

  private final String nodeName;
  private final ForwardingTable forwarding;
  private ClusterImage image = ClusterImage.EMPTY;
  private Set<ServiceName> services = new HashSet<>();
  private List<Revision> revisions = new ArrayList<>();
  private Optional<Instant> since = Optional.empty();
  private Instant eventTime = Instant.EPOCH;
  private boolean nodeChanged;
  private Optional<Place> place = Optional.empty();
  private Optional<ClusterDelta> replay = Optional.empty();
  private boolean taken;

  /**
   * What was taken out at once.
   *
   * @param revisions of the changes, for measuring
   * @param since when the oldest of them was read; empty where there is none
   * @param eventTime that of the image's revision
   * @param place where the image ends on the log; empty where it was not read from there
   */
  record Batch(
      ClusterImage image,
      Set<ServiceName> services,
      List<Revision> revisions,
      Optional<Instant> since,
      Instant eventTime,
      Optional<Place> place) {
    /** For a log line. */
    String inWords(Written written) {
      return "revision=%d services=%d writes=%d objects=%d"
          .formatted(image.revision(), services.size(), written.commits(), written.objects());
    }

    /** For a log line: the longest time from the publishing of a change to now. */
    String publishedToKernel(Instant now) {
      return revisions.stream()
          .map(change -> Duration.between(change.time(), now).toMillis())
          .max(Long::compare)
          .map(millis -> " published_to_kernel_ms=" + millis)
          .orElse("");
    }
  }

  /**
   * @param nodeName this node: when it changes, any Service may be forwarded differently
   */
  PendingChanges(String nodeName) {
    this.nodeName = nodeName;
    forwarding = new ForwardingTable(nodeName);
  }

  ClusterImage image() {
    return image;
  }

  /** Whether nothing of what was read shapes what this node forwards. */
  boolean isEmpty() {
    return services.isEmpty() && !nodeChanged;
  }

  /** When the oldest of them was read; empty where there is none. */
  Optional<Instant> since() {
    return since;
  }

  /** Where the image ends on the log; empty where it was not read from there. */
  Optional<Place> place() {
    return place;
  }

  void at(Place end) {
    place = Optional.of(end);
  }

  /** Begins with what an applier before this one knew. */
  void load(ClusterImage known, Instant knownOf) {
    image = known;
    services.addAll(known.services());
    nodeChanged = true;
    eventTime = knownOf;
  }

  /**
   * The log is read from its beginning again: what follows is a snapshot. The image stays as it is
   * until that is finished.
   */
  void beginAgain() {
    replay =
        image.equals(ClusterImage.EMPTY) ? Optional.empty() : Optional.of(new ClusterDelta(image));
  }

  /** As {@link #beginAgain}; but what was never taken out is of no use. */
  void forget() {
    if (taken) {
      beginAgain();
      return;
    }
    image = ClusterImage.EMPTY;
    place = Optional.empty();
    replay = Optional.empty();
    services = new HashSet<>();
    revisions = new ArrayList<>();
    since = Optional.empty();
    eventTime = Instant.EPOCH;
    nodeChanged = false;
  }

  /** Whether a snapshot has begun that is not finished. */
  boolean replaying() {
    return replay.isPresent();
  }

  /** Whether the snapshot holds all of the cluster, and this node. */
  boolean replayIsWhole() {
    return replay
        .filter(delta -> delta.replayedHead().filter(Head::complete).isPresent())
        .filter(delta -> delta.replayed(ObjectKey.node(nodeName)).isPresent())
        .isPresent();
  }

  /** The snapshot is whole: the image is what it says, and what differs is to be written. */
  void finishReplay(Instant now) {
    ClusterDelta delta = replay.orElseThrow();
    delta.finishSnapshot();
    replay = Optional.empty();
    take(delta, now);
  }

  /** Whether a key has a state, as far as has been read. */
  boolean knows(String key) {
    return replay.map(ClusterDelta::apply).orElse(image).knows(key);
  }

  /** Folds in what was read now; returns what changed by it, as far as it is whole. */
  ClusterDelta fold(List<StateEntry> entries, Instant now) {
    if (replay.isPresent()) {
      entries.forEach(replay.orElseThrow()::replay);
      entries.forEach(this::noteTime);
      return new ClusterDelta(image);
    }
    ClusterDelta delta = new ClusterDelta(image);
    for (StateEntry entry : entries) {
      delta.replay(entry);
      noteTime(entry);
      if (entry instanceof ObjectState state && revisions.size() < MOST_REVISIONS) {
        revisions.add(state.revision());
      }
    }
    take(delta, now);
    return delta;
  }

  private void take(ClusterDelta delta, Instant now) {
    image = delta.apply();
    services.addAll(forwarding.touched(delta, image));
    nodeChanged |= forwarding.shapedOtherwise(delta, image);
    if (!isEmpty() && since.isEmpty()) {
      since = Optional.of(now);
    }
  }

  private void noteTime(StateEntry entry) {
    Instant time =
        switch (entry) {
          case ObjectState state -> state.revision().time();
          case StateEntry.HeadState head -> head.time();
        };
    eventTime = time.isAfter(eventTime) ? time : eventTime;
  }

  /** The keys of the objects among what was read. */
  static List<ObjectKey> keys(List<StateEntry> entries) {
    return entries.stream()
        .filter(ObjectState.class::isInstance)
        .map(entry -> ((ObjectState) entry).key())
        .toList();
  }

  /** Takes all out. */
  Batch take() {
    Batch batch = new Batch(image, services, revisions, since, eventTime, place);
    taken = true;
    nodeChanged = false;
    services = new HashSet<>();
    revisions = new ArrayList<>();
    since = Optional.empty();
    return batch;
  }

  /** Puts back what did not get into the kernel, so that it is tried again. */
  void putBack(Batch batch) {
    services.addAll(batch.services);
    nodeChanged = true; // whatever it was, it is not done
    // those that failed are the older ones; while the kernel fails, more come each time
    revisions.addAll(0, batch.revisions);
    if (revisions.size() > MOST_REVISIONS) {
      revisions.subList(MOST_REVISIONS, revisions.size()).clear();
    }
    since = batch.since.or(() -> since);
  }
}
