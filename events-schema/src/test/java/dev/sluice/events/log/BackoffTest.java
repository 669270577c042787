package dev.sluice.events.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void delaysDoubleUpToTheLimitAndStartAnew() {
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofMillis(500));

    assertThat(backoff.next().toMillis()).isBetween(160L, 200L);
    assertThat(backoff.next().toMillis()).isBetween(320L, 400L);
    assertThat(backoff.next().toMillis()).isBetween(400L, 500L);
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(160L, 200L);
  }
}
