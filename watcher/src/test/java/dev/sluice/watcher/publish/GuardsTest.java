package dev.sluice.watcher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.watcher.Manifests;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardsTest {
  private static final MassDeletionGuard GUARD = new MassDeletionGuard(false);

  @ParameterizedTest(name = "{1} of {0} left: refused {2}")
  @CsvSource({
    "100, 80, false",
    "100, 79, true",
    "100, 0, true",
    "11, 0, true",
    "10, 0, false",
    "20, 10, false",
    "20, 9, true",
    "0, 0, false"
  })
  void aSnapshotThatDeletesTooMuchIsRefused(int before, int after, boolean refused) {
    assertThat(refusal(GUARD, before, after).isPresent()).isEqualTo(refused);
  }

  @Test
  void theRefusalCountsAndSaysWhatToDo() {
    assertThat(refusal(GUARD, 30, 5).orElseThrow())
        .contains("25 of 30 Services", "20 %", "--allow-mass-delete");
  }

  @Test
  void whatIsMeantPasses() {
    assertThat(refusal(new MassDeletionGuard(true), 30, 0)).isEmpty();
  }

  @Test
  void slicesAreCountedByThemselves() {
    StringBuilder manifest = new StringBuilder(Manifests.services(100));
    for (int i = 0; i < 12; i++) {
      manifest.append("---\n").append(Manifests.slice("web-" + i, "10.0.0.1"));
    }
    PublishedState log = log(manifest.toString());

    Optional<String> refusal =
        GUARD.refusal(log.image(), ChangeDetector.compare(log, snapshot(Manifests.services(100))));

    assertThat(refusal.orElseThrow())
        .contains("12 of 12 EndpointSlices")
        .doesNotContain("Services and");
  }

  @Test
  void aHeadOfAnotherClusterIsRefusedByName() {
    assertThat(ClusterGuard.refusal(head("there"), "here").orElseThrow())
        .contains("\"there\"", "\"here\"", "--cluster");
    assertThat(ClusterGuard.refusal(head("here"), "here")).isEmpty();
    assertThat(ClusterGuard.refusal(Optional.empty(), "here")).isEmpty();
  }

  private static Optional<Head> head(String clusterId) {
    return Optional.of(new Head(clusterId, 1, 1, true, Optional.empty()));
  }

  private static Optional<String> refusal(MassDeletionGuard guard, int before, int after) {
    PublishedState log = log(Manifests.services(before));
    Snapshot snapshot = snapshot(Manifests.services(after));
    return guard.refusal(log.image(), ChangeDetector.compare(log, snapshot));
  }

  private static PublishedState log(String manifest) {
    List<Change> changes =
        new RevisionSequence("here", 1)
            .assign(
                ChangeDetector.compare(PublishedState.EMPTY, snapshot(manifest)),
                PublishedState.EMPTY,
                Instant.EPOCH);
    return PublishedState.EMPTY.after(
        changes, new Head("here", 1, changes.size(), true, Optional.empty()));
  }

  private static Snapshot snapshot(String manifest) {
    List<ObservedObject> objects = ManifestFile.parse(manifest).objects();
    return new Snapshot(objects, Set.of(), true, Cause.RESYNC);
  }
}
