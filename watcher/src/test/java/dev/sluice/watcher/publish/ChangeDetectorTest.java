package dev.sluice.watcher.publish;

import static dev.sluice.watcher.Manifests.observed;
import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.Manifests.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class ChangeDetectorTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  private final RevisionSequence sequence = new RevisionSequence("here", 3);

  @Test
  void aNewObjectIsPublishedWithNothingBefore() {
    ObservedObject web = observed(service("web", 80), "7");

    Optional<ChangeProposal> change = ChangeDetector.seen(PublishedState.EMPTY, web);

    assertThat(change)
        .contains(
            new ChangeProposal(
                WEB,
                Optional.empty(),
                Optional.of(web.object()),
                Cause.OBSERVED,
                "7",
                Optional.empty()));
  }

  @Test
  void anUpdateThatChangesNothingAProxyReadsIsNotPublished() {
    PublishedState log = published(observed(service("web", 80), "7"));
    String labelled = service("web", 80).replace("  name: web", "  labels: {a: b}\n  name: web");

    assertThat(ChangeDetector.seen(log, observed(labelled, "8"))).isEmpty();
  }

  @Test
  void anObjectOlderThanTheLogsIsNotPublished() {
    PublishedState log = published(observed(service("web", 80), "10"));

    assertThat(ChangeDetector.seen(log, observed(service("web", 81), "9"))).isEmpty();
    assertThat(ChangeDetector.gone(log, WEB, "9")).isEmpty();
    assertThat(ChangeDetector.compare(log, whole(observed(service("web", 81), "9")))).isEmpty();
  }

  @Test
  void versionsAreComparedAsNumbersAndOtherTextsNotAtAll() {
    PublishedState log = published(observed(service("web", 80), "9"));

    assertThat(ChangeDetector.seen(log, observed(service("web", 81), "10"))).isPresent();
    assertThat(ChangeDetector.seen(log, observed(service("web", 81), ""))).isPresent();
    assertThat(ChangeDetector.seen(log, observed(service("web", 81), "1a"))).isPresent();
  }

  @Test
  void aDeletionOfWhatTheLogHasNotIsNotPublished() {
    assertThat(ChangeDetector.gone(PublishedState.EMPTY, WEB, "9")).isEmpty();
  }

  @Test
  void aDeletionCarriesWhatWasThere() {
    ObservedObject web = observed(service("web", 80), "7");

    Optional<ChangeProposal> change = ChangeDetector.gone(published(web), WEB, "8");

    assertThat(change)
        .contains(
            new ChangeProposal(
                WEB,
                Optional.of(web.object()),
                Optional.empty(),
                Cause.OBSERVED,
                "8",
                Optional.empty()));
  }

  @Test
  void aSnapshotIsPublishedAsADifferenceWithDeletionsLast() {
    PublishedState log =
        published(observed(service("gone", 80), "1"), observed(service("web", 80), "2"));

    List<ChangeProposal> changes =
        ChangeDetector.compare(
            log,
            whole(observed(service("web", 80), "2"), observed(slice("web-1", "10.0.0.1"), "3")));

    assertThat(changes)
        .extracting(ChangeProposal::key, c -> c.after().isPresent(), ChangeProposal::cause)
        .containsExactly(
            tuple(ObjectKey.endpointSlice("shop", "web-1"), true, Cause.RESYNC),
            tuple(ObjectKey.service("shop", "gone"), false, Cause.RESYNC));
  }

  @Test
  void aSnapshotThatIsNotWholeDeletesNothing() {
    PublishedState log = published(observed(service("web", 80), "2"));

    assertThat(ChangeDetector.compare(log, new Snapshot(List.of(), Set.of(), false, Cause.RESYNC)))
        .isEmpty();
  }

  @Test
  void anUnreadableObjectIsNotDeleted() {
    PublishedState log = published(observed(service("web", 80), "2"));

    assertThat(
            ChangeDetector.compare(log, new Snapshot(List.of(), Set.of(WEB), true, Cause.RESYNC)))
        .isEmpty();
  }

  @Test
  void revisionsCountOnAndTimeDoesNotRunBackwards() {
    PublishedState log = published(observed(service("web", 80), "2"));
    List<ChangeProposal> proposals =
        ChangeDetector.compare(log, whole(observed(service("next", 80), "3")));
    assertThat(proposals).hasSize(2);

    List<Change> changes = sequence.assign(proposals, log, NOW.minusSeconds(60));

    assertThat(changes).extracting(change -> change.revision().number()).containsExactly(2L, 3L);
    assertThat(changes).extracting(change -> change.revision().epoch()).containsOnly(3L);
    assertThat(changes).extracting(change -> change.revision().time()).containsOnly(NOW);
    assertThat(sequence.assign(proposals, log, NOW.plusSeconds(1)))
        .extracting(change -> change.revision().time())
        .containsOnly(NOW.plusSeconds(1));
  }

  @Test
  void anyEventsFollowedByASnapshotLeaveTheLogAsTheSnapshotIs(TestInfo test) {
    long seed = System.nanoTime();
    System.out.println(test.getDisplayName() + " seed=" + seed);
    Random random = new Random(seed);
    PublishedState log = PublishedState.EMPTY;
    Map<ObjectKey, ObservedObject> cluster = new HashMap<>();
    for (int version = 1; version <= 500; version++) {
      ObservedObject object =
          observed(
              service("svc-" + random.nextInt(20), 80 + random.nextInt(3)),
              Integer.toString(version));
      ObjectKey key = object.object().key();
      boolean missed = random.nextInt(5) == 0;
      Optional<ChangeProposal> change;
      if (random.nextInt(3) == 0) {
        cluster.remove(key);
        change = ChangeDetector.gone(log, key, Integer.toString(version));
      } else {
        cluster.put(key, object);
        change = ChangeDetector.seen(log, object);
      }
      if (!missed) {
        log = commit(log, change.stream().toList());
      }
      if (random.nextInt(50) == 0) {
        log = resync(log, cluster);
      }
    }
    log = resync(log, cluster);

    assertThat(log.image().keys()).containsExactlyInAnyOrderElementsOf(cluster.keySet());
    for (ObservedObject object : cluster.values()) {
      assertThat(log.image().get(object.object().key())).contains(object.object());
    }
    assertThat(ChangeDetector.compare(log, whole(cluster))).isEmpty();
  }

  private PublishedState resync(PublishedState log, Map<ObjectKey, ObservedObject> cluster) {
    return commit(log, ChangeDetector.compare(log, whole(cluster)));
  }

  private PublishedState published(ObservedObject... objects) {
    PublishedState log = PublishedState.EMPTY;
    return commit(log, ChangeDetector.compare(log, whole(objects)));
  }

  private PublishedState commit(PublishedState log, List<ChangeProposal> proposals) {
    List<Change> changes = sequence.assign(proposals, log, NOW);
    long revision = log.image().revision() + changes.size();
    return log.after(changes, new Head("here", 3, revision, true, Optional.empty()));
  }

  private static Snapshot whole(Map<ObjectKey, ObservedObject> cluster) {
    return new Snapshot(new ArrayList<>(cluster.values()), Set.of(), true, Cause.RESYNC);
  }

  private static Snapshot whole(ObservedObject... objects) {
    return new Snapshot(List.of(objects), Set.of(), true, Cause.RESYNC);
  }
}
