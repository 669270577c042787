package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContinuityTest {
  private final ClusterImage known =
      ClusterImage.of(10, Optional.of(head("one", 2, 10)), List.of());

  private static Head head(String cluster, long epoch, long revision) {
    return new Head(cluster, epoch, revision, true, Optional.empty());
  }

  private static StateEntry change(long revision) {
    return new ObjectState(
        ObjectKey.parse("Service/shop/web"),
        new Revision(revision, 2, "one", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty()),
        Optional.empty());
  }

  @Test
  void theNextRevisionsGoOn() {
    List<StateEntry> next = List.of(change(11), change(12), new HeadState(head("one", 3, 12)));

    assertThat(Continuity.of(known, next)).isEqualTo(new Continuity(Optional.empty(), false));
  }

  @Test
  void revisionsThatAreMissingAreAGap() {
    assertThat(Continuity.of(known, List.of(change(11), change(13))).gap()).isTrue();
    assertThat(Continuity.of(known, List.of(change(12))).gap()).isTrue();
  }

  @Test
  void aLogThatWasFurtherOrNewerOrAnotherClustersIsBroken() {
    assertBroken(head("one", 2, 9), "at revision 9 of epoch 2, and was at 10 of epoch 2");
    assertBroken(head("one", 1, 30), "epoch 1");
    assertBroken(head("two", 2, 11), "cluster two, not one");
  }

  private void assertBroken(Head head, String words) {
    assertThat(Continuity.of(known, List.of(change(11), new HeadState(head))).broken())
        .hasValueSatisfying(why -> assertThat(why).contains(words));
  }
}
