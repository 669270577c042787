package dev.sluice.local.bench.drift;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads one kernel back again and again, in a namespace of its own. */
final class DriftRun {
  private static final int CANARIES = 100;

  private final DriftMode mode;
  private final Workload workload;
  private final int checks;
  private final List<Long> begin = new ArrayList<>();
  private final List<Long> reading = new ArrayList<>();
  private final List<Long> longest = new ArrayList<>();
  private final List<Long> settle = new ArrayList<>();
  private final List<Long> repair = new ArrayList<>();
  private final List<Long> canary = new ArrayList<>();

  DriftRun(DriftMode mode, Workload workload, int checks) {
    this.mode = mode;
    this.workload = workload;
    this.checks = checks;
  }

  /**
   * Measures.
   *
   * @throws BenchException if a check comes to anything but what was done
   */
  DriftResult run() throws IOException {
    try (NetworkNamespace node = NetworkNamespace.create("drift")) {
      node.<IOException>run(() -> measure(node));
      if (mode == DriftMode.IPVS) {
        // a namespace that goes with them would keep the kernel busy while others are measured
        var _ = node.exec("ipvsadm", "-C").orThrow();
      }
    }
    return new DriftResult(
        mode,
        workload.services(),
        Durations.of(begin),
        Durations.of(reading),
        Durations.of(longest),
        Durations.of(settle),
        Durations.of(repair),
        Durations.of(canary));
  }

  private void measure(NetworkNamespace node) throws IOException {
    Backend backend = mode.backend();
    try {
      backend.plan(Workload.POLICY, Workload.byService(workload.servers()));
      var _ = backend.apply();
      for (int i = 0; i < CANARIES; i++) {
        long start = System.nanoTime();
        boolean flushed = backend.flushed();
        canary.add(System.nanoTime() - start);
        require(!flushed, "rules were taken away");
      }
      for (int i = 0; i < checks; i++) {
        check(backend, settle, 0);
        var _ = node.exec(mode.damage(workload).toArray(String[]::new)).orThrow();
        check(backend, repair, 1);
      }
    } finally {
      backend.close();
    }
  }

  private void check(Backend backend, List<Long> settled, int objects) throws IOException {
    long start = System.nanoTime();
    KernelReading look =
        backend.look().orElseThrow(() -> new BenchException("the kernel is not known"));
    begin.add(System.nanoTime() - start);
    long all = 0;
    long most = 0;
    boolean more = true;
    while (more) {
      start = System.nanoTime();
      more = look.step();
      long took = System.nanoTime() - start;
      all += took;
      most = Math.max(most, took);
    }
    reading.add(all);
    longest.add(most);
    start = System.nanoTime();
    Repaired repaired = backend.repair(look);
    settled.add(System.nanoTime() - start);
    require(
        repaired.drift().objects().size() == objects,
        "differing: " + repaired.drift().objects().keySet());
  }

  private void require(boolean well, String otherwise) {
    if (!well) {
      throw new BenchException(
          "%s, %d Services: %s".formatted(mode, workload.services(), otherwise));
    }
  }
}
