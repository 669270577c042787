package dev.sluice.watcher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ObjectKey.Kind;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshnessGuardTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  /** The last that happened to a Service was a deletion, with version 100. */
  private final PublishedState log =
      PublishedState.EMPTY.replay(
          List.of(deletion(WEB, 1, "100"), deletion(ObjectKey.service("shop", "old"), 2, "90")));

  @Test
  void aListFromBeforeADeletionOnTheLogIsRefused() {
    assertThat(FreshnessGuard.refusal(log, listed(Map.of(Kind.SERVICE, "99"))).orElseThrow())
        .contains("Services", "99", "100");
  }

  @Test
  void aListAsOldAsTheLogIsNot() {
    assertThat(FreshnessGuard.refusal(log, listed(Map.of(Kind.SERVICE, "100")))).isEmpty();
  }

  @Test
  void versionsOfAnotherKindSayNothing() {
    assertThat(FreshnessGuard.refusal(log, listed(Map.of(Kind.NODE, "99")))).isEmpty();
  }

  @Test
  void aSourceWithoutVersionsIsNotRefused() {
    assertThat(FreshnessGuard.refusal(log, listed(Map.of()))).isEmpty();
    assertThat(FreshnessGuard.refusal(log, listed(Map.of(Kind.SERVICE, "")))).isEmpty();
    assertThat(FreshnessGuard.refusal(log, listed(Map.of(Kind.SERVICE, "v9")))).isEmpty();
  }

  @Test
  void whoForgetsTheVersionsTakesAnyList() {
    assertThat(FreshnessGuard.refusal(log.withoutVersions(), listed(Map.of(Kind.SERVICE, "99"))))
        .isEmpty();
  }

  private static Snapshot listed(Map<Kind, String> versions) {
    return new Snapshot(List.of(), Set.of(), true, Cause.RESYNC, versions);
  }

  private static ObjectState deletion(ObjectKey key, long revision, String version) {
    return new ObjectState(
        key,
        new Revision(revision, 1, "here", Instant.EPOCH, Cause.OBSERVED, version, Optional.empty()),
        Optional.empty());
  }
}
