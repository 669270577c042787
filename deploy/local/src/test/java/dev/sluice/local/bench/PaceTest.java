package dev.sluice.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace(500, 1000);

  @Test
  void momentsAreEvenlyApartAndDoNotDriftApart() {
    assertThat(pace.due(0)).isZero();
    assertThat(pace.due(1)).isEqualTo(2_000_000);
    assertThat(pace.due(999)).isEqualTo(1_998_000_000);
    assertThat(new Pace(3, 10).due(9)).isEqualTo(3_000_000_000L);
  }

  @Test
  void whoIsLateFindsSeveralDueAndWhoIsEarlyOne() {
    assertThat(pace.due(0, 0)).isEqualTo(1);
    assertThat(pace.due(10, 20_000_000)).isEqualTo(1);
    assertThat(pace.due(10, 27_000_000)).isEqualTo(4);
    assertThat(pace.due(998, Long.MAX_VALUE)).isEqualTo(2);
  }

  @Test
  void slowRatesGoOnUntilThereIsEnough() {
    assertThat(Pace.of(1, Duration.ofSeconds(10), 30)).isEqualTo(new Pace(1, 30));
    assertThat(Pace.of(100, Duration.ofSeconds(10), 30)).isEqualTo(new Pace(100, 1000));
  }

  @Test
  void nothingIsNoPace() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, 1));
  }
}
