package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.ServiceName;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingChangesTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final ServiceName WEB = ServiceName.parse("shop/web");
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {clusterIP: 10.96.0.1, ports: [{port: %d}]}
      """;
  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}}
      """;

  private final PendingChanges pending = new PendingChanges("here");

  private static List<StateEntry> entries(String manifest) {
    return ManifestFile.parse(manifest).objects().stream()
        .<StateEntry>map(
            seen ->
                new ObjectState(
                    seen.object().key(),
                    new Revision(1, 1, "test", NOON, Cause.OBSERVED, "", Optional.empty()),
                    Optional.of(seen.object())))
        .toList();
  }

  @Test
  void theOldestChangeTellsSinceWhenSomethingWaits() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    pending.fold(entries(SERVICE.formatted(81)), NOON.plusSeconds(1));

    assertThat(pending.since()).contains(NOON);
  }

  @Test
  void whatIsPutBackIsAsOldAsItWas() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    PendingChanges.Batch taken = pending.take();
    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.since()).isEmpty();
    pending.fold(entries(SERVICE.formatted(81)), NOON.plusSeconds(1));

    pending.putBack(taken);

    assertThat(pending.since()).contains(NOON);
    assertThat(pending.take().services()).containsExactly(WEB);
  }

  @Test
  void whatChangesNothingDoesNotWait() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    pending.take();

    pending.fold(entries(SERVICE.formatted(80)), NOON.plusSeconds(1));

    assertThat(pending.isEmpty()).isTrue();
    assertThat(pending.since()).isEmpty();
  }

  @Test
  void anotherZoneOfThisNodeConcernsEveryService() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    pending.fold(entries(NODE.formatted("here", "a")), NOON);
    pending.take();

    pending.fold(entries(NODE.formatted("there", "b")), NOON);
    assertThat(pending.isEmpty()).isTrue();
    pending.fold(entries(NODE.formatted("here", "b")), NOON);
    assertThat(pending.take().services()).containsExactly(WEB);
  }

  @Test
  void whatCantBeWrittenForLongIsNotRememberedOneByOneWithoutEnd() {
    List<StateEntry> many = Collections.nCopies(6000, entries(SERVICE.formatted(80)).getFirst());
    PendingChanges.Batch taken = pending.take();
    for (int failures = 0; failures < 5; failures++) {
      pending.fold(many, NOON);
      pending.putBack(taken);
      taken = pending.take();
    }

    assertThat(taken.revisions()).hasSizeLessThanOrEqualTo(10_000);
  }

  private static StateEntry head(boolean complete) {
    return new StateEntry.HeadState(new Head("test", 1, 1, complete, Optional.empty()));
  }

  @Test
  void aSnapshotChangesNothingUntilItIsWhole() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    pending.fold(entries(NODE.formatted("here", "a")), NOON);
    ClusterImage before = pending.take().image();

    pending.beginAgain();
    pending.fold(entries(NODE.formatted("elsewhere", "a")), NOON);
    pending.fold(List.of(head(true)), NOON);

    assertThat(pending.replayIsWhole()).as("this node is missing").isFalse();
    assertThat(pending.image()).isEqualTo(before);
    assertThat(pending.isEmpty()).isTrue();
    pending.fold(entries(NODE.formatted("here", "a")), NOON);
    assertThat(pending.replayIsWhole()).isTrue();
    pending.fold(List.of(head(false)), NOON);
    assertThat(pending.replayIsWhole()).as("the head says so").isFalse();
  }

  @Test
  void aWholeSnapshotTakesAwayWhatItLacks() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    pending.fold(entries(NODE.formatted("here", "a")), NOON);
    var _ = pending.take();
    pending.beginAgain();
    pending.fold(entries(NODE.formatted("here", "a")), NOON);
    pending.fold(List.of(head(true)), NOON);

    pending.finishReplay(NOON.plusSeconds(9));

    assertThat(pending.image().services()).isEmpty();
    PendingChanges.Batch batch = pending.take();
    assertThat(batch.services()).containsExactly(WEB);
    assertThat(batch.since()).contains(NOON.plusSeconds(9));
    assertThat(batch.revisions()).as("what was read anew is no news").isEmpty();
  }

  @Test
  void whatWasLoadedIsForgottenUnlessTheKernelMayHaveIt() {
    pending.fold(entries(SERVICE.formatted(80)), NOON);
    ClusterImage known = pending.image();
    PendingChanges loaded = new PendingChanges("here");
    loaded.load(known, NOON);
    assertThat(loaded.isEmpty()).isFalse();

    loaded.forget();

    assertThat(loaded.replaying()).isFalse();
    assertThat(loaded.isEmpty()).isTrue();
    assertThat(loaded.image()).isEqualTo(ClusterImage.EMPTY);
    loaded.load(known, NOON);
    assertThat(loaded.take().services()).containsExactly(WEB);
    loaded.forget();
    assertThat(loaded.replaying()).isTrue();
    assertThat(loaded.image()).isEqualTo(known);
  }
}
