package dev.sluice.local.bench.log.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.run.LoggedLine;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MilestonesTest {
  private final Milestones milestones =
      Milestones.of(List.of(line(100, 5), line(200, 8), line(250, 8), line(300, 12)));

  private static Instant at(int millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static LoggedLine line(int millis, long revision) {
    return new LoggedLine(at(millis), "INFO  Applier applied revision=" + revision + " writes=1");
  }

  @Test
  void aStepBringsAllRevisionsSinceTheOneBefore() {
    assertThat(milestones.of(5)).isEqualTo(at(100));
    assertThat(milestones.of(6)).isEqualTo(at(200));
    assertThat(milestones.of(8)).as("the first that had it").isEqualTo(at(200));
    assertThat(milestones.of(9)).isEqualTo(at(300));
  }

  @Test
  void stepsAreThoseThatBroughtOneOfTheRevisions() {
    assertThat(milestones.steps(6, 9)).isEqualTo(2);
    assertThat(milestones.steps(6, 8)).isEqualTo(1);
    assertThat(milestones.steps(1, 12)).isEqualTo(3);
  }

  @Test
  void whatNobodyHasComeToHasNoTime() {
    assertThatThrownBy(() -> milestones.of(13))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("13");
    assertThatThrownBy(() -> milestones.steps(6, 13)).isInstanceOf(BenchException.class);
  }
}
