package dev.sluice.local.faults;

import dev.sluice.local.bench.Pace;
import dev.sluice.local.bench.footprint.ProcessMemory;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Gives an applier more than it can write: changes faster than the kernel takes them, one Service
 * of very many endpoints, very many Services at once. Connections go through the node meanwhile.
 *
 * @param flood how long changes come
 * @param perSecond how many a second
 * @param services among which they are
 * @param giant endpoints of one Service, in slices of a hundred, and then of a thousand
 * @param newcomers Services that come at once
 */
public record OverloadRun(
    NodeMode mode,
    long seed,
    Duration flood,
    int perSecond,
    int services,
    int giant,
    int newcomers) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int BATCH = 500;
  private static final int OPEN_PER_FAMILY = 8;
  private static final int FLIPS = 10;

  /**
   * Builds everything, lays on all burdens, and removes everything.
   *
   * @param results is told each as soon as it is known
   * @throws FaultException if something can't be done
   */
  public FaultSummary run(Consumer<OverloadResult> results)
      throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.create("faults");
        FaultNode node = new FaultNode(mode, work.path());
        EmbeddedBroker broker = node.startBroker();
        FaultLog log = FaultLog.open(node.control(), broker.bootstrapServers())) {
      ChurnCluster cluster = new ChurnCluster(new Random(seed), services);
      log.publish(cluster.start(node.pods()));
      ApplierProgram applier = node.start(broker.bootstrapServers());
      applier.awaitRevision(log.revision(), LIMIT);
      try (SteadyTraffic traffic =
          SteadyTraffic.start(node.client(), OPEN_PER_FAMILY, FaultNode.patience(mode))) {
        return new Burdens(node, log, cluster, applier, traffic, results).all();
      } catch (FaultLog.CallFailedException e) {
        throw new FaultException("the log can't be read: " + e.getMessage(), e);
      }
    }
  }

  private interface Publishing {
    void run() throws InterruptedException;
  }

  private final class Burdens {
    private final FaultNode node;
    private final FaultLog log;
    private final ChurnCluster cluster;
    private final ApplierProgram applier;
    private final SteadyTraffic traffic;
    private final Consumer<OverloadResult> results;
    private int burdens;
    private long different;

    Burdens(
        FaultNode node,
        FaultLog log,
        ChurnCluster cluster,
        ApplierProgram applier,
        SteadyTraffic traffic,
        Consumer<OverloadResult> results) {
      this.node = node;
      this.log = log;
      this.cluster = cluster;
      this.applier = applier;
      this.traffic = traffic;
      this.results = results;
    }

    FaultSummary all() throws IOException, InterruptedException, FaultLog.CallFailedException {
      burden("%d s of %d changes/s".formatted(flood.toSeconds(), perSecond), this::flood);
      burden(giant + " endpoints in slices of 100", () -> giant(100));
      burden(giant + " endpoints in slices of 1000", () -> giant(1000));
      burden(newcomers + " Services at once", () -> publish(cluster.newcomers(0, newcomers, 2)));
      burden(newcomers + " Services gone at once", () -> publish(cluster.farewell(0, newcomers)));
      applier.checkRunning();
      return new FaultSummary(
          "overload",
          mode,
          burdens,
          0,
          log.revision(),
          different + LogAudit.lost(log, cluster),
          burdens,
          traffic.counts());
    }

    private void burden(String name, Publishing publishing)
        throws IOException, InterruptedException, FaultLog.CallFailedException {
      long before = log.revision();
      double writes = writes();
      long published;
      long start = System.nanoTime();
      try (LagWatch lag = LagWatch.start(applier)) {
        publishing.run();
        published = System.nanoTime();
        applier.awaitRevision(log.revision(), LIMIT);
        long there = System.nanoTime();
        burdens++;
        results.accept(
            new OverloadResult(
                mode,
                name,
                log.revision() - before,
                Duration.ofNanos(published - start),
                Duration.ofNanos(there - published),
                Math.round(writes() - writes),
                lag.most(),
                ProcessMemory.of(applier.pid()).peak()));
      }
      different += node.check().differences(log.image()).size();
    }

    private double writes() {
      return applier.metrics().sum("sluice_kernel_writes_total");
    }

    private void flood() throws InterruptedException {
      Pace pace = Pace.of(Math.max(1, perSecond / BATCH), flood, 1);
      long start = System.nanoTime();
      for (int i = 0; i < pace.number(); i++) {
        pace.await(start, i);
        log.publish(cluster.burst(Math.min(BATCH, perSecond)));
      }
    }

    /** Comes, and changes some of its endpoints again and again. */
    private void giant(int size) {
      for (int i = 0; i < FLIPS; i++) {
        publish(cluster.giant(giant, size, 90));
      }
      publish(cluster.giantGone());
    }

    private void publish(List<Edit> edits) {
      for (int from = 0; from < edits.size(); from += BATCH) {
        log.publish(new ArrayList<>(edits.subList(from, Math.min(edits.size(), from + BATCH))));
      }
    }
  }
}
