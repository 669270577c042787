package dev.sluice.applier.runtime;

import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.ObjectState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps account of how far the kernel is behind the log, from the first write on: what is replayed
 * at the start is no news. Belongs to the applier's context; {@link #now} is for any thread.
 */
final class LagMeter {
  private volatile Lag lag = new Lag(0, 0, Optional.empty());

  /** Of what was read since the last write began. */
  private Optional<Instant> waiting = Optional.empty();

  /** Of what is being written. */
  private Optional<Instant> inFlight = Optional.empty();

  LagMeter(MeterRegistry registry, Clock clock) {
    Gauge.builder("sluice.lag.revisions", this, meter -> meter.now().revisions())
        .description("Revisions that have been read from the log, and that the kernel lacks")
        .register(registry);
    Gauge.builder("sluice.lag", this, meter -> meter.now().age(clock.instant()).toMillis() / 1000.0)
        .description("Age of the oldest change that has been read, and that the kernel lacks")
        .baseUnit("seconds")
        .register(registry);
  }

  /** How it stands. */
  Lag now() {
    return lag;
  }

  /** Something was read, by which the log is known up to a revision. */
  void read(List<StateEntry> entries, long revision) {
    if (lag.kernel() > 0) {
      for (StateEntry entry : entries) {
        if (entry instanceof ObjectState state) {
          waiting = earlier(waiting, Optional.of(state.revision().time()));
        }
      }
    }
    update(revision, lag.kernel());
  }

  /** All that has been read is about to be written. */
  void taken() {
    inFlight = earlier(inFlight, waiting);
    waiting = Optional.empty();
  }

  /** The kernel has what was taken last, which is up to a revision. */
  void applied(long revision) {
    inFlight = Optional.empty();
    update(lag.read(), revision);
  }

  private void update(long read, long kernel) {
    lag = new Lag(read, kernel, earlier(inFlight, waiting));
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && other.isPresent() && other.get().isBefore(one.get())
        ? other
        : one.or(() -> other);
  }
}
