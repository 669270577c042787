package dev.sluice.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void aPercentileIsATimeThatWasMeasured() {
    Durations hundred =
        new Durations(LongStream.rangeClosed(1, 100).map(i -> i * 1_000_000).toArray());

    assertThat(hundred.percentile(50)).isEqualTo(50);
    assertThat(hundred.percentile(99)).isEqualTo(99);
    assertThat(hundred.max()).isEqualTo(100);
    assertThat(hundred.number()).isEqualTo(100);
    assertThat(hundred.text()).isEqualTo("50/99");
  }

  @Test
  void ofOneTimeAllPercentilesAreThatTime() {
    Durations one = new Durations(new long[] {2_000_000});

    assertThat(one.percentile(50)).isEqualTo(2);
    assertThat(one.percentile(99)).isEqualTo(2);
  }
}
