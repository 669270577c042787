package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ObjectKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LagMeterTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final LagMeter meter =
      new LagMeter(registry, Clock.fixed(NOON.plusSeconds(10), ZoneOffset.UTC));

  private void read(long revision, Instant published) {
    StateEntry entry =
        new ObjectState(
            ObjectKey.parse("Service/shop/web"),
            new Revision(revision, 1, "test", published, Cause.OBSERVED, "", Optional.empty()),
            Optional.empty());
    meter.read(List.of(entry), revision);
  }

  private void written(long revision) {
    meter.taken();
    meter.applied(revision);
  }

  @Test
  void whatIsReplayedAtTheStartIsNoLag() {
    read(5, NOON.minusSeconds(3600));

    assertThat(meter.now()).isEqualTo(new Lag(5, 0, Optional.empty()));
    assertThat(meter.now().revisions()).isZero();
    written(5);
    assertThat(meter.now()).isEqualTo(new Lag(5, 5, Optional.empty()));
  }

  @Test
  void theOldestChangeThatTheKernelLacksTellsTheAge() {
    written(1);
    read(2, NOON);
    read(3, NOON.plusSeconds(4));

    assertThat(meter.now().revisions()).isEqualTo(2);
    assertThat(meter.now().age(NOON.plusSeconds(10))).isEqualTo(Duration.ofSeconds(10));
    assertThat(registry.get("sluice.lag.revisions").gauge().value()).isEqualTo(2);
    assertThat(registry.get("sluice.lag").gauge().value()).isEqualTo(10);

    written(3);

    assertThat(meter.now().revisions()).isZero();
    assertThat(registry.get("sluice.lag").gauge().value()).isZero();
  }

  @Test
  void whatComesDuringAWriteIsCountedFromItself() {
    written(1);
    read(2, NOON);
    meter.taken();
    read(3, NOON.plusSeconds(4));
    assertThat(meter.now().oldest()).contains(NOON);

    meter.applied(2);

    assertThat(meter.now()).isEqualTo(new Lag(3, 2, Optional.of(NOON.plusSeconds(4))));
  }

  @Test
  void whatFailedIsAsOldAsItWas() {
    written(1);
    read(2, NOON);
    meter.taken(); // and is not written
    read(3, NOON.plusSeconds(4));
    meter.taken();

    assertThat(meter.now().oldest()).contains(NOON);
    assertThat(meter.now().body(NOON.plusSeconds(5)))
        .containsEntry("revisions", 2L)
        .containsEntry("seconds", 5.0);
  }
}
