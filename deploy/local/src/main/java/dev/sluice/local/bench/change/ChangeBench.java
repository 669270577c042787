package dev.sluice.local.bench.change;

import dev.sluice.local.bench.BenchException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Measures with JMH what the applier computes for a change, and tells a table. */
public final class ChangeBench {
  /** Those of deploy/bin/sluice that count here; the heap is larger, as it holds both families. */
  private static final String[] JVM_OPTIONS = {
    "--sun-misc-unsafe-memory-access=allow", // JMH
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseCompactObjectHeaders",
    "-Xmx768m"
  };

  private static final int WARM_UPS = 2;
  private static final int MEASUREMENTS = 3;

  private final List<Integer> services;
  private final int forks;
  private final long millis;

  /**
   * @param services sizes of the cluster, see {@link ChangeCluster}
   * @param forks JVMs that are started for each line, one after the other; 0: measured in this one
   * @param millis how long each of five iterations takes, two of them to warm up
   * @throws IllegalArgumentException if there can't be such a cluster, or the figures are negative
   */
  public ChangeBench(List<Integer> services, int forks, long millis) {
    services.forEach(ChangeCluster::new);
    if (forks < 0 || millis < 1) {
      throw new IllegalArgumentException("forks are 0 or more, an iteration is 1 ms or more");
    }
    this.services = List.copyOf(services);
    this.forks = forks;
    this.millis = millis;
  }

  /**
   * Measures, a line for each size and kind.
   *
   * @throws BenchException if a measured JVM fails
   */
  public void run(PrintWriter out) {
    out.println(ChangeResult.HEADING);
    out.flush();
    for (ChangeKind kind : ChangeKind.values()) {
      for (int size : services) {
        out.println(result(kind, size));
        out.flush();
      }
    }
  }

  private ChangeResult result(ChangeKind kind, int size) {
    RunResult run = measure(kind, size);
    Statistics times = run.getPrimaryResult().getStatistics();
    return new ChangeResult(
        kind, size, times.getPercentile(50), times.getPercentile(99), allocated(run));
  }

  private static double allocated(RunResult run) {
    return Optional.ofNullable(run.getSecondaryResults().get("gc.alloc.rate.norm"))
        .map(result -> result.getScore())
        .orElseThrow(() -> new BenchException("JMH does not tell what was allocated"));
  }

  private RunResult measure(ChangeKind kind, int size) {
    Options options =
        new OptionsBuilder()
            .include("^" + OneChange.class.getName().replace(".", "\\.") + "\\.change$")
            .param("services", Integer.toString(size))
            .param("kind", kind.name())
            .mode(Mode.SampleTime)
            .timeUnit(TimeUnit.MICROSECONDS)
            .forks(forks)
            .jvmArgs(JVM_OPTIONS)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementIterations(MEASUREMENTS)
            .measurementTime(TimeValue.milliseconds(millis))
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    try {
      return new Runner(options).runSingle();
    } catch (RunnerException e) {
      throw new BenchException("JMH: " + e.getMessage(), e);
    }
  }
}
