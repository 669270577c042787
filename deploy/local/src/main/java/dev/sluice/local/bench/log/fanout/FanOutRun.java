package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.bench.StateTopic;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.util.function.Consumer;

/** Measures each number of pollers with each rate, against one broker on this machine. */
public final class FanOutRun {
  /** Of the slice that changes. */
  static final int ENDPOINTS = 20;

  private final FanOutEffort effort;
  private final Consumer<String> progress;

  /**
   * @param progress is told what is done next
   */
  public FanOutRun(FanOutEffort effort, Consumer<String> progress) {
    this.effort = effort;
    this.progress = progress;
  }

  /**
   * Starts the broker, measures, and ends it.
   *
   * @param results is told each as soon as it is known
   * @throws dev.sluice.local.bench.BenchException if a poller does not receive every record
   */
  public void run(Consumer<FanOutResult> results) throws IOException, InterruptedException {
    BenchCluster cluster = new BenchCluster(1, ENDPOINTS);
    try (WorkFolder work = WorkFolder.create("bench");
        EmbeddedBroker broker = EmbeddedBroker.start(work.path());
        BenchLog log = new BenchLog(broker.bootstrapServers());
        StateTopic topic = new StateTopic(broker.bootstrapServers())) {
      FanOutCase one = new FanOutCase(broker, log, topic, cluster);
      for (int rate : effort.rates()) {
        for (int pollers : effort.pollers()) {
          progress.accept("fan-out: %d pollers, %d changes/s".formatted(pollers, rate));
          results.accept(one.measure(pollers, effort.pace(rate)));
        }
      }
    }
  }
}
