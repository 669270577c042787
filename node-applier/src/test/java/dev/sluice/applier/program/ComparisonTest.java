package dev.sluice.applier.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Drift.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Program<String, String> EXPECTED =
      Program.<String, String>empty().plus("a", "1").plus("b", "2").plus("c", "3");

  @Test
  void whatIsMissingChangedAndExtraIsToldApart() {
    Comparison<String, String> comparison = new Comparison<>(EXPECTED);
    Program<String, String> found = EXPECTED.minus("a").plus("b", "other").plus("d", "4");

    comparison.found(found);

    ProgramDiff<String, String> diff = comparison.drift();
    assertThat(diff.put()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(diff.removed()).containsExactly("d");
    Drift drift = Drift.of(found, diff);
    assertThat(drift.objects())
        .isEqualTo(Map.of("a", Kind.MISSING, "b", Kind.CHANGED, "d", Kind.EXTRA));
    assertThat(drift.counts()).isEqualTo(Map.of(Kind.MISSING, 1, Kind.CHANGED, 1, Kind.EXTRA, 1));
  }

  @Test
  void whatWasWrittenMeanwhileIsNoDrift() {
    Comparison<String, String> comparison = new Comparison<>(EXPECTED);
    comparison.written(List.of("a"));
    comparison.found(EXPECTED.minus("a").minus("b").plus("new", "1"));
    comparison.written(
        ProgramDiff.between(
            Program.<String, String>empty(), Program.<String, String>empty().plus("new", "1")));

    assertThat(comparison.drift().put()).isEqualTo(Map.of("b", "2"));
    assertThat(comparison.drift().removed()).isEmpty();
    assertThat(comparison.isWritten("a")).isTrue();
  }

  @Test
  void beforeAnythingWasFoundNothingDiffers() {
    assertThat(new Comparison<>(EXPECTED).drift().isEmpty()).isTrue();
  }
}
