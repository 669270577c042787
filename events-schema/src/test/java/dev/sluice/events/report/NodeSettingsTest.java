package dev.sluice.events.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
  private static final Instant START = NodeSamples.TIME;

  @Test
  void anEarlierRevisionKeepsItsSettingsThroughRestartsWithoutAChange() {
    NodeSettings first = from(5, 0, "a");
    NodeSettings second = from(10, 1, "b");
    NodeSettings third = from(10, 2, "c");
    List<NodeSettings> all = List.of(third, first, second);

    assertThat(NodeSettings.at(all, 4, Optional.empty())).isEmpty();
    assertThat(NodeSettings.at(all, 9, Optional.empty())).contains(first);
    assertThat(NodeSettings.at(all, 10, Optional.empty())).contains(third);
    assertThat(NodeSettings.at(all, 10, Optional.of(START.plus(Duration.ofHours(1)))))
        .contains(second);
  }

  @Test
  void eachChangeHasAKeyOfItsOwn() {
    assertThat(List.of(from(10, 1, "b").key(), from(10, 2, "b").key(), from(11, 1, "b").key()))
        .doesNotHaveDuplicates()
        .allMatch(key -> key.startsWith("node-1/settings/1"));
  }

  @Test
  void whatWasReplacedBeforeHistoryBeginsIsSuperfluousButNotWhatWasInForceThen() {
    NodeSettings old = from(5, 0, "a");
    NodeSettings inForce = from(10, 1, "b");
    NodeSettings now = from(20, 9, "c");

    assertThat(
            NodeSettings.superfluous(
                List.of(old, inForce, now), START.plus(Duration.ofHours(5)), 10))
        .containsExactly(old.key());
  }

  @Test
  void whatARestartRepeatsIsSuperfluous() {
    NodeSettings first = from(5, 0, "a");
    NodeSettings restarted = from(7, 1, "a");
    NodeSettings changed = from(8, 2, "b");
    NodeSettings back = from(9, 3, "a");

    assertThat(NodeSettings.superfluous(List.of(first, restarted, changed, back), START, 10))
        .containsExactly(restarted.key());
    assertThat(NodeSettings.superfluous(List.of(first, restarted, changed, back), START, 2))
        .containsExactlyInAnyOrder(first.key(), restarted.key());
  }

  private static NodeSettings from(long revision, int hours, String value) {
    return NodeSamples.settings(
        revision, START.plus(Duration.ofHours(hours)), "--nodeport-addresses", value);
  }
}
