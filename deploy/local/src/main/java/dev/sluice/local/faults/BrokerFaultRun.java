package dev.sluice.local.faults;

import dev.sluice.local.broker.EmbeddedCluster;
import dev.sluice.local.faults.BrokerFault.Brokers;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Brokers fail in every way, one way after the other, while changes are published and connections
 * go through the node. What could not be published is tried again. After each fault the applier
 * must catch up by itself, and what it makes of the kernel is compared with the log.
 *
 * @param outage how long each fault lasts
 */
public record BrokerFaultRun(NodeMode mode, long seed, Duration outage) {
  private static final int BROKERS = 3;
  private static final int SERVICES = 60;
  private static final int OPEN_PER_FAMILY = 8;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Publishing goes on after a fault, until so much has come. */
  private static final int CHANGES_AFTER = 50;

  /**
   * Builds everything, makes all faults, and removes everything.
   *
   * @param progress is told what is done, line by line
   * @throws FaultException if a fault can't be made, or what follows can't be compared
   */
  public FaultSummary run(Consumer<String> progress) throws IOException, InterruptedException {
    try (WorkFolder work = WorkFolder.create("faults");
        FaultNode node = new FaultNode(mode, work.path());
        EmbeddedCluster cluster =
            node.control()
                .<EmbeddedCluster, RuntimeException>call(
                    () ->
                        EmbeddedCluster.start(
                            work.path().resolve("brokers"), BROKERS, NodeLab.CONTROL_V4));
        FaultLog log = FaultLog.open(node.control(), cluster.bootstrapServers())) {
      Random random = new Random(seed);
      ChurnCluster objects = new ChurnCluster(new Random(random.nextLong()), SERVICES);
      log.publish(objects.start(node.pods()));
      ApplierProgram applier = node.start(cluster.bootstrapServers());
      applier.awaitRevision(log.revision(), LIMIT);
      Brokers brokers = new Brokers(cluster, node, log.topics().state());
      try (SteadyTraffic traffic =
              SteadyTraffic.start(node.client(), OPEN_PER_FAMILY, FaultNode.patience(mode));
          Churn churn =
              Churn.start(log, objects, new Random(random.nextLong()), FaultNode.patience(mode))) {
        return faults(node, brokers, applier, churn, traffic, progress);
      }
    }
  }

  private FaultSummary faults(
      FaultNode node,
      Brokers brokers,
      ApplierProgram applier,
      Churn churn,
      SteadyTraffic traffic,
      Consumer<String> progress)
      throws InterruptedException {
    long different = 0;
    for (BrokerFault fault : BrokerFault.values()) {
      fault.happen(brokers, node, outage);
      // waits for what is being published
      long then = churn.revision();
      while (churn.revision() < then + CHANGES_AFTER) {
        Thread.sleep(50);
      }
      long healed = System.nanoTime();
      List<String> differences = compare(node, applier, churn);
      different += differences.size();
      progress.accept(
          "%s seed=%d fault=%s caught_up_ms=%d different=%s %s"
              .formatted(
                  mode,
                  seed,
                  fault,
                  Duration.ofNanos(System.nanoTime() - healed).toMillis(),
                  differences,
                  traffic.counts()));
    }
    applier.checkRunning();
    long found = different;
    return churn.<FaultSummary>quietly(
        (log, cluster) -> {
          progress.accept("%s publishing was tried again %d times".formatted(mode, log.retries()));
          return new FaultSummary(
              "broker",
              mode,
              BrokerFault.values().length,
              0,
              log.revision(),
              found + LogAudit.lost(log, cluster),
              BrokerFault.values().length,
              traffic.counts());
        });
  }

  private static List<String> compare(FaultNode node, ApplierProgram applier, Churn churn) {
    return churn.<List<String>>quietly(
        (log, cluster) -> {
          applier.awaitRevision(log.revision(), LIMIT);
          return node.check().differences(log.image());
        });
  }
}
