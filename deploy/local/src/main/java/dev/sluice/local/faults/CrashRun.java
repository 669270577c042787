package dev.sluice.local.faults;

import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.faults.Killing.Aim;
import dev.sluice.local.faults.Killing.Killed;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Kills an applier again and again while changes are published and connections go through its node.
 * After each kill, another one is started, and what it makes of the kernel is compared with the
 * log.
 *
 * @param services that come, change and go
 */
public record CrashRun(NodeMode mode, int rounds, long seed, int services) {
  /** A guest on a busy machine takes minutes for a start. */
  private static final Duration LIMIT = Duration.ofMinutes(6);

  private static final int OPEN_PER_FAMILY = 8;
  private static final int NEWCOMERS = 300;

  /**
   * Builds everything, does all rounds, and removes everything.
   *
   * @param progress is told what is done, line by line
   * @throws FaultException if the kernel has not what the log says, or can't be compared
   */
  public FaultSummary run(Consumer<String> progress) throws IOException {
    try (WorkFolder work = WorkFolder.create("faults");
        FaultNode node = new FaultNode(mode, work.path());
        EmbeddedBroker broker = node.startBroker();
        FaultLog log = FaultLog.open(node.control(), broker.bootstrapServers())) {
      Random random = new Random(seed);
      ChurnCluster cluster = new ChurnCluster(new Random(random.nextLong()), services);
      log.publish(cluster.start(node.pods()));
      ApplierProgram applier = node.start(broker.bootstrapServers());
      applier.awaitRevision(log.revision(), LIMIT);
      try (SteadyTraffic traffic =
              SteadyTraffic.start(node.client(), OPEN_PER_FAMILY, FaultNode.patience(mode));
          Churn churn =
              Churn.start(log, cluster, new Random(random.nextLong()), FaultNode.patience(mode))) {
        Killing killing = new Killing(node, new Random(random.nextLong()), NEWCOMERS);
        return rounds(node, broker.bootstrapServers(), applier, churn, killing, traffic, progress);
      }
    }
  }

  private FaultSummary rounds(
      FaultNode node,
      String bootstrapServers,
      ApplierProgram first,
      Churn churn,
      Killing killing,
      SteadyTraffic traffic,
      Consumer<String> progress) {
    ApplierProgram applier = first;
    int writing = 0;
    long different = 0;
    for (int round = 1; round <= rounds; round++) {
      Aim aim = killing.aim();
      if (aim == Aim.START) {
        applier.kill();
        applier = node.start(bootstrapServers);
      }
      Killed killed = killing.kill(aim, applier, churn);
      writing += killed.writing() ? 1 : 0;
      applier = node.start(bootstrapServers);
      // publishing goes on until then
      applier.awaitRevision(churn.revision(), LIMIT);
      List<String> differences = compare(node, applier, churn);
      different += differences.size();
      progress.accept(
          "%s seed=%d round=%d killed=%s writing=%s different=%s %s"
              .formatted(mode, seed, round, aim, killed.writing(), differences, traffic.counts()));
    }
    ApplierProgram last = applier;
    last.checkRunning();
    long found = different;
    int seen = writing;
    return churn.<FaultSummary>quietly(
        (log, cluster) ->
            new FaultSummary(
                "crash",
                mode,
                rounds,
                seen,
                log.revision(),
                found + LogAudit.lost(log, cluster),
                rounds,
                traffic.counts()));
  }

  private static List<String> compare(FaultNode node, ApplierProgram applier, Churn churn) {
    return churn.<List<String>>quietly(
        (log, cluster) -> {
          applier.awaitRevision(log.revision(), LIMIT);
          return node.check().differences(log.image());
        });
  }
}
