package dev.sluice.local.bench;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.Metrics;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Measures one variant with one size of cluster. All endpoints of the measured Service are one
 * pod's, with a server A at one port and a server B at another; a change moves the slice from one
 * port to the other, and whoever answers tells which rules the kernel has.
 */
final class LatencyRun {
  private static final int[] PORTS = Servers.PORTS;
  private static final int WARM_UP = 5;
  private static final Duration SEEN_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);
  private static final String SYNC = "kubeproxy_sync_proxy_rules_duration_seconds";
  private static final String FAMILY = "ip_family=\"IPv4\"";

  private final Variant variant;
  private final BenchCluster cluster;
  private final long[] changes;
  private final long[] restores;

  /**
   * @param changes how many are measured
   */
  LatencyRun(Variant variant, BenchCluster cluster, int changes) {
    this.variant = variant;
    this.cluster = cluster;
    this.changes = new long[changes];
    this.restores = new long[changes];
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @throws BenchException if a change is not seen within ten seconds
   */
  LatencyResult run() throws IOException {
    try (WorkFolder work = WorkFolder.create("bench");
        NodeLab lab = NodeLab.create();
        Servers _ = Servers.start(lab, cluster.measuredEndpoints())) {
      NetworkNamespace control = lab.addControl();
      BrokerSettings settings =
          BrokerSettings.in(work.path().resolve("broker")).withListen(NodeLab.CONTROL_V4);
      try (EmbeddedBroker broker =
              control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(settings));
          BenchLog log =
              control.<BenchLog, RuntimeException>call(
                  () -> new BenchLog(broker.bootstrapServers()))) {
        log.publish(cluster.objects(PORTS[0]));
        return measure(work, lab, broker, log);
      }
    }
  }

  private LatencyResult measure(WorkFolder work, NodeLab lab, EmbeddedBroker broker, BenchLog log)
      throws IOException {
    ApplierProgram.Settings settings =
        new ApplierProgram.Settings(
            broker.bootstrapServers(),
            BenchCluster.NODE,
            Optional.of(ProxyMode.IPTABLES),
            variant,
            work.path());
    long start = System.nanoTime();
    try (ApplierProgram applier = ApplierProgram.start(lab.node(), settings)) {
      applier.awaitRevision(log.revision(), LOAD_LIMIT);
      double load = (System.nanoTime() - start) / 1e9;
      // otherwise a port that is used again could meet the translation of its last use
      for (String timeout : new String[] {"udp_timeout", "udp_timeout_stream"}) {
        lab.node().sysctl("net/netfilter/nf_conntrack_" + timeout, "1");
      }
      String endpoint = cluster.measuredEndpoints().getFirst().toString();
      RestoreTool tool =
          lab.node()
              .<RestoreTool, IOException>call(
                  () -> new RestoreTool(variant, work.path(), endpoint, PORTS[0]));
      Metrics before = applier.metrics();
      lab.client().<IOException>run(() -> flip(lab, applier, log, tool));
      Metrics after = applier.metrics();
      return new LatencyResult(
          variant,
          cluster.services(),
          cluster.endpoints(),
          load,
          new Durations(changes),
          new Durations(restores),
          syncMillis(before, after));
    }
  }

  /** Moves to and fro, on a thread in the client's namespace. */
  private void flip(NodeLab lab, ApplierProgram applier, BenchLog log, RestoreTool tool)
      throws IOException {
    InetAddress clusterIp = InetAddress.ofLiteral(cluster.clusterIp().toString());
    FlipProbe probe = new FlipProbe(new InetSocketAddress(clusterIp, BenchCluster.PORT));
    probe.awaitAnswerOf(Servers.name(0), SEEN_LIMIT);
    for (int i = -WARM_UP; i < changes.length; i++) {
      int from = Math.floorMod(i + WARM_UP, 2);
      int to = 1 - from;
      long restore = timeOfTool(lab.node(), tool, probe, to);
      lab.node().<Long, IOException>call(() -> tool.write(PORTS[from]));
      EndpointSlice before = cluster.measuredSlice(PORTS[from]);
      long acknowledged = log.publish(before, cluster.measuredSlice(PORTS[to]));
      long seen = probe.awaitAnswerOf(Servers.name(to), SEEN_LIMIT);
      // so that the next ones find everyone idle
      applier.awaitRevision(log.revision(), SEEN_LIMIT);
      if (i >= 0) {
        changes[i] = seen - acknowledged;
        restores[i] = restore;
      }
    }
  }

  /**
   * From the tool's start to the first packet the new way; the tool has ended when this returns.
   */
  private static long timeOfTool(NetworkNamespace node, RestoreTool tool, FlipProbe probe, int to)
      throws IOException {
    FutureTask<Long> run =
        new FutureTask<>(() -> node.<Long, IOException>call(() -> tool.write(PORTS[to])));
    Thread.ofPlatform().name("restore-tool").daemon().start(run);
    long seen = probe.awaitAnswerOf(Servers.name(to), SEEN_LIMIT);
    try {
      return seen - run.get();
    } catch (ExecutionException e) {
      throw new BenchException("the restore tool failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while the restore tool ran", e);
    }
  }

  private static double syncMillis(Metrics before, Metrics after) {
    double seconds = after.sum(SYNC + "_sum", FAMILY) - before.sum(SYNC + "_sum", FAMILY);
    double syncs = after.sum(SYNC + "_count", FAMILY) - before.sum(SYNC + "_count", FAMILY);
    return seconds / syncs * 1000;
  }
}
