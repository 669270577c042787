package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Schedule schedule = new Schedule(Duration.ofSeconds(2), Duration.ofSeconds(30));

  @Test
  void atFirstNothingHoldsBackAndNothingIsWaitedFor() {
    assertThat(schedule.tooEarly(NOW)).isFalse();
    assertThat(schedule.mayTurn(NOW)).isTrue();
    assertThat(schedule.tickDue(NOW)).isFalse();
    assertThat(schedule.next(false, false)).isEmpty();
  }

  @Test
  void afterASuccessTheMinSyncPeriodIsWaited() {
    schedule.succeeded(NOW);

    assertThat(schedule.tooEarly(NOW.plusMillis(1999))).isTrue();
    assertThat(schedule.tooEarly(NOW.plusSeconds(2))).isFalse();
    assertThat(schedule.next(true, false)).contains(NOW.plusSeconds(2));
    assertThat(schedule.next(false, false)).isEmpty();
  }

  @Test
  void afterFailuresItWaitsTwiceAsLongEachTimeUpToTheLimit() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      schedule.failed(NOW);
      Instant next = schedule.next(true, false).orElseThrow();
      waits.add(Duration.between(NOW, next).toMillis());
    }

    assertThat(waits)
        .containsExactly(
            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
    assertThat(schedule.retrying()).isTrue();
    schedule.succeeded(NOW);
    assertThat(schedule.retrying()).isFalse();
  }

  @Test
  void aModeThatCouldNotTakeOverHoldsBackNoChange() {
    schedule.turnFailed(NOW);
    schedule.turnFailed(NOW);

    assertThat(schedule.tooEarly(NOW)).isFalse();
    assertThat(schedule.mayTurn(NOW.plusMillis(199))).isFalse();
    assertThat(schedule.mayTurn(NOW.plusMillis(200))).isTrue();
    assertThat(schedule.next(false, true)).contains(NOW.plusMillis(200));

    schedule.forgetFailedTurns();
    assertThat(schedule.mayTurn(NOW)).isTrue();
  }

  @Test
  void timedWorkIsDueWhenItSaysAndNotBefore() {
    schedule.tickAt(Optional.of(NOW.plusSeconds(60)), NOW);

    assertThat(schedule.tickDue(NOW.plusMillis(59_999))).isFalse();
    assertThat(schedule.tickDue(NOW.plusSeconds(60))).isTrue();
    assertThat(schedule.next(false, false)).contains(NOW.plusSeconds(60));

    schedule.tickAt(Optional.empty(), NOW);
    assertThat(schedule.tickDue(NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void timedWorkThatIsAlwaysDueDoesNotKeepTheWorkerBusy() {
    schedule.tickAt(Optional.of(Instant.EPOCH), NOW);

    assertThat(schedule.tickDue(NOW)).isFalse();
    assertThat(schedule.next(false, false)).contains(NOW.plusMillis(100));
  }

  @Test
  void timedWorkWaitsForTheMinSyncPeriodToo() {
    schedule.succeeded(NOW);
    schedule.tickAt(Optional.of(NOW.plusMillis(500)), NOW);

    assertThat(schedule.next(false, false)).contains(NOW.plusSeconds(2));
  }
}
