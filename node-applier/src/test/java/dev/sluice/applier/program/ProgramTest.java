package dev.sluice.applier.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void theDigestDependsOnTheObjectsNotOnTheirHistory() {
    Program<String, String> straight =
        Program.<String, String>empty().plus("a", "1").plus("b", "2").plus("c", "3");
    Program<String, String> detour =
        Program.<String, String>empty()
            .plus("c", "9")
            .plus("x", "0")
            .plus("a", "1")
            .plus("c", "3")
            .minus("x")
            .plus("b", "2")
            .minus("y");

    assertThat(detour).isEqualTo(straight);
    assertThat(detour.digest()).isEqualTo(straight.digest());
    assertThat(straight.plus("a", "2").digest()).isNotEqualTo(straight.digest());
    assertThat(straight.minus("a").minus("b").minus("c").digest()).isEqualTo(ProgramDigest.EMPTY);
  }

  @Test
  void sumsCarryAndBorrow() {
    ProgramDigest one = new ProgramDigest(0, -1);
    ProgramDigest two = new ProgramDigest(5, 1);

    assertThat(one.plus(two)).isEqualTo(new ProgramDigest(6, 0));
    assertThat(one.plus(two).minus(two)).isEqualTo(one);
  }

  @Test
  void aDifferenceLeadsFromOneToTheOther() {
    Random random = new Random(42);
    for (int round = 0; round < 100; round++) {
      Program<String, String> from = random(random);
      Program<String, String> to = random(random);
      ProgramDiff<String, String> diff = ProgramDiff.between(from, to);

      Program<String, String> result = from;
      for (var put : diff.put().entrySet()) {
        assertThat(from.get(put.getKey())).isNotEqualTo(java.util.Optional.of(put.getValue()));
        result = result.plus(put.getKey(), put.getValue());
      }
      for (String key : diff.removed()) {
        result = result.minus(key);
      }

      assertThat(result).isEqualTo(to);
      assertThat(ProgramDiff.between(to, to).isEmpty()).isTrue();
    }
  }

  @Test
  void onlyTheNamedKeysAreCompared() {
    Program<String, String> from = Program.<String, String>empty().plus("a", "1").plus("b", "1");
    Program<String, String> to = from.plus("a", "2").plus("b", "2");

    assertThat(ProgramDiff.between(from, to, List.of("a")).put()).containsOnlyKeys("a");
  }

  private static Program<String, String> random(Random random) {
    Program<String, String> program = Program.empty();
    for (int i = random.nextInt(10); i > 0; i--) {
      program = program.plus("k" + random.nextInt(8), "v" + random.nextInt(3));
    }
    return program;
  }
}
