package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.KernelReading;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The looks that back ends have begun. The worker thread begins and settles them; another one reads
 * them in between.
 */
final class Looks {
  static final Looks NONE = new Looks();

  private final IdentityHashMap<Backend, KernelReading> readings = new IdentityHashMap<>();

  /** Has a back end begin one. */
  void begin(Backend backend) {
    backend.look().ifPresent(reading -> readings.put(backend, reading));
  }

  boolean isEmpty() {
    return readings.isEmpty();
  }

  /** What is to be read. */
  List<KernelReading> readings() {
    return List.copyOf(readings.values());
  }

  /** Has a back end repair what its own has found, if it has begun one. */
  Repaired repair(Backend backend) throws IOException {
    Optional<KernelReading> reading = Optional.ofNullable(readings.get(backend));
    return reading.isPresent() ? backend.repair(reading.get()) : Repaired.NOTHING;
  }
}
