package dev.sluice.local.bench.log.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private final Arrivals arrivals = new Arrivals();

  @Test
  void aRecordHasComeWithTheAnswerThatGoesBeyondIt() {
    arrivals.add(103, 2, 1000);
    arrivals.add(109, 4, 2000);

    assertThat(arrivals.timesOf(new long[] {100, 102, 103, 108}))
        .containsExactly(1000, 1000, 2000, 2000);
    assertThat(arrivals.records()).isEqualTo(6);
  }

  @Test
  void whatHasNotComeHasNoTime() {
    arrivals.add(103, 2, 1000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> arrivals.timesOf(new long[] {103}))
        .withMessageContaining("103");
  }

  @Test
  void manyAreKept() {
    LongStream.rangeClosed(1, 1000).forEach(i -> arrivals.add(i, 1, 10 * i));

    assertThat(arrivals.timesOf(new long[] {0, 999})).containsExactly(10, 10_000);
    assertThat(arrivals.records()).isEqualTo(1000);
  }
}
