package dev.sluice.local.bench.footprint;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts an applier again and again, with each state of its AOT cache. */
final class StartsRun {
  private static final int ENDPOINT_PORT = 8001;

  private final NodeMode mode;
  private final int starts;

  StartsRun(NodeMode mode, int starts) {
    this.mode = mode;
    this.starts = starts;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @throws BenchException if an applier did not start from its cache, or did from one that does
   *     not fit
   */
  void run(Consumer<StartsResult> results) throws IOException {
    try (FootprintLab lab = FootprintLab.create();
        BenchLog _ = lab.publish(new BenchCluster(1, 1).objects(ENDPOINT_PORT))) {
      for (CacheState cache : CacheState.values()) {
        Path jars = cache.prepare(lab.folder());
        List<Taken> taken = new ArrayList<>();
        Taken _ = start(lab, cache, jars); // reads the files
        for (int i = 0; i < starts; i++) {
          taken.add(start(lab, cache, jars));
        }
        results.accept(
            new StartsResult(
                cache,
                Durations.of(taken.stream().map(Taken::readyNanos).toList()),
                Durations.of(taken.stream().map(Taken::processorNanos).toList())));
      }
    }
  }

  private record Taken(long readyNanos, long processorNanos) {}

  private Taken start(FootprintLab lab, CacheState cache, Path jars) {
    long start = System.nanoTime();
    try (ApplierProgram applier = lab.start(mode, Map.of("SLUICE_APP", jars.toString()))) {
      applier.awaitReady();
      long ready = System.nanoTime() - start;
      Duration processor =
          ProcessHandle.of(applier.pid())
              .flatMap(process -> process.info().totalCpuDuration())
              .orElseThrow(() -> new BenchException("the applier's processor time is not told"));
      check(cache, applier);
      return new Taken(ready, processor.toNanos());
    }
  }

  private static void check(CacheState cache, ApplierProgram applier) {
    boolean used = applier.metrics().sum("sluice_aot_cache_used") == 1;
    boolean complains = !applier.logged(" aot_cache=").isEmpty();
    if (used != cache.used() || complains == cache.used()) {
      throw new BenchException(
          "AOT cache %s: used %s, complained of %s".formatted(cache, used, complains));
    }
  }
}
