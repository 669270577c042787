package dev.sluice.watcher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry.HeadState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublishedStateTest {
  @Test
  void theLastTimeIsTheHeadsWhereTheLastDeletionIsGone() {
    Instant last = Instant.parse("2026-01-01T00:00:00Z");
    Head head = new Head("here", 1, 7, true, Optional.empty());

    PublishedState state = PublishedState.EMPTY.replay(List.of(new HeadState(head, last)));

    assertThat(state.time()).isEqualTo(last);
    assertThat(state.replay(List.of(new HeadState(head))).time()).isEqualTo(last);
  }
}
