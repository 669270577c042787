package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.iptables.ChainNames;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.broker.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A fake cluster that changes all the time, three brokers, two watchers, each with an API server of
 * its own, and a node whose kernel follows.
 */
final class WatchedSystem implements AutoCloseable {
  static final String CLUSTER = "ha";
  private static final String LEASE = CLUSTER + "-watcher";

  private final Path folder;
  private final FakeCluster cluster = new FakeCluster();
  private final ClusterScript script;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<WatcherProcess> watchers = new ArrayList<>();
  private final EmbeddedCluster brokers;
  private final TestLog log;
  private final KernelNode node;
  private final RunningApplier applier;
  private int started;

  private WatchedSystem(Path folder, long seed) throws Exception {
    this.folder = folder;
    script = opened(new ClusterScript(cluster, seed));
    try {
      brokers = opened(EmbeddedCluster.start(folder, 3));
      log = opened(new TestLog(brokers.bootstrapServers(), CLUSTER));
      for (int i = 0; i < 2; i++) {
        start(opened(new FakeApiServer(cluster)));
      }
      leader();
      node = opened(KernelNode.create(Variant.NFT));
      applier = opened(RunningApplier.start(log, node.backends()));
      applier.awaitApplied(1);
      script.start();
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  static WatchedSystem start(Path folder, long seed) throws Exception {
    return new WatchedSystem(folder, seed);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.addFirst(resource);
    return resource;
  }

  /** Waits for what depends on several processes on a machine that may be loaded. */
  static ConditionFactory until(String what) {
    return Awaitility.await(what)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions();
  }

  FakeCluster cluster() {
    return cluster;
  }

  ClusterScript script() {
    return script;
  }

  EmbeddedCluster brokers() {
    return brokers;
  }

  TestLog log() {
    return log;
  }

  /** Starts a watcher that uses an API server, under a new name. */
  WatcherProcess start(FakeApiServer api) throws IOException {
    started++;
    WatcherProcess watcher = WatcherProcess.start("watcher-" + started, api, log, folder);
    watchers.add(watcher);
    opened(() -> end(watcher));
    return watcher;
  }

  /** Leaves its log to whoever wonders why a test failed. */
  private static void end(WatcherProcess watcher) {
    System.out.println(watcher.identity() + " said:\n" + watcher.said());
    watcher.close();
  }

  /** A watcher has ended. */
  void gone(WatcherProcess watcher) {
    watchers.remove(watcher);
  }

  /** Waits until one of the watchers publishes. */
  WatcherProcess leader() {
    until("a watcher leads").until(() -> watchers.stream().anyMatch(this::leads));
    return watchers.stream().filter(this::leads).findFirst().orElseThrow();
  }

  /** The one that is not this. */
  WatcherProcess other(WatcherProcess watcher) {
    return watchers.stream().filter(each -> each != watcher).findFirst().orElseThrow();
  }

  void awaitLeads(WatcherProcess watcher) {
    until(watcher.identity() + " leads").until(() -> leads(watcher));
  }

  void awaitStandsBy(WatcherProcess watcher) {
    until(watcher.identity() + " stands by").until(() -> watcher.health().standsBy());
  }

  private boolean leads(WatcherProcess watcher) {
    try {
      boolean holds =
          cluster
              .leases()
              .holder(WatcherProcess.NAMESPACE, LEASE)
              .filter(watcher.identity()::equals)
              .isPresent();
      return holds && watcher.health().leads();
    } catch (IOException e) {
      return false; // ending, or not there yet
    }
  }

  long epoch() throws Exception {
    return log.image().head().orElseThrow().epoch();
  }

  long revision() throws Exception {
    return log.image().revision();
  }

  /** Waits until so many more changes are on the log. */
  void awaitPublished(int more) throws Exception {
    long from = revision();
    until(more + " changes after revision " + from).until(() -> revision() >= from + more);
  }

  /** The broker that leads a topic's only partition. */
  int partitionLeader(String topic) throws Exception {
    try (Admin admin = log.admin()) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .values()
          .iterator()
          .next()
          .partitions()
          .getFirst()
          .leader()
          .id();
    }
  }

  /**
   * Pauses a watcher that is waiting for a broker to take what it writes, which the broker does
   * then. Where that broker coordinates transactions too, it may be all that was missing.
   */
  void stopInTheMidstOfAWrite(WatcherProcess watcher) throws Exception {
    long broker = brokers.pid(partitionLeader(log.topics().history()));
    int made = script.made().size();
    Program.signal("STOP", broker);
    try {
      until("changes wait to be written").until(() -> script.made().size() > made + 50);
      watcher.stop();
    } finally {
      Program.signal("CONT", broker);
    }
  }

  /** Whether Kafka refuses, or has refused, what a watcher that was replaced goes on to write. */
  boolean isRefusedAWrite(WatcherProcess watcher) {
    try {
      until("a write is refused")
          .atMost(Duration.ofSeconds(5))
          .until(() -> watcher.metric("sluice_watcher_writes_fenced_total") > 0);
      return true;
    } catch (ConditionTimeoutException e) {
      return false; // what was under way when it was paused had only to be answered
    }
  }

  /** Lets everything come to rest, checks all of it, and goes on. */
  void check() throws Exception {
    script.pause();
    until("the log has what the cluster has")
        .until(() -> LogCheck.objects(log.image()).equals(LogCheck.objects(cluster)));
    applier.awaitApplied(revision());
    LogCheck.check(log, cluster, script.made());
    checkKernel();
    script.resume();
  }

  /** No commit was without a rule of a Service or endpoint that stays. */
  private void checkKernel() throws IOException {
    assertThat(applier.count("sluice.kernel.failures", IpFamily.IPV4)).isZero();
    boolean[] loaded = new boolean[1];
    int[] commits = new int[1];
    new RestoreFold()
        .fold(
            node.scripts(IpFamily.IPV4),
            (table, chains) -> {
              if (table.equals("nat")) {
                List<String> missing = missing(chains);
                loaded[0] |= missing.isEmpty();
                commits[0]++;
                assertThat(loaded[0] ? missing : List.of())
                    .as("missing after commit " + commits[0])
                    .isEmpty();
              }
            });
    assertThat(loaded[0]).as("all was loaded once").isTrue();
    String rules = node.rules(IpFamily.IPV4);
    for (int i = 1; i <= ClusterScript.LASTING; i++) {
      assertThat(rules).contains(ClusterScript.address(i) + "/32", ClusterScript.endpoint(i) + ":");
    }
  }

  private static List<String> missing(Map<String, List<String>> chains) {
    List<String> missing = new ArrayList<>();
    for (int i = 1; i <= ClusterScript.LASTING; i++) {
      String chain = chain(i);
      String destination = "-d " + ClusterScript.address(i) + "/32 ";
      String target = "--to-destination " + ClusterScript.endpoint(i) + ":8080";
      if (chains.getOrDefault(chain, List.of()).stream().noneMatch(r -> r.contains(target))) {
        missing.add(target);
      }
      if (chains.values().stream()
          .flatMap(List::stream)
          .noneMatch(rule -> rule.contains(destination) && rule.endsWith("-j " + chain))) {
        missing.add(destination + "-j " + chain);
      }
    }
    return missing;
  }

  private static String chain(int i) {
    ServiceName service = new ServiceName(ClusterScript.NAMESPACE, ClusterScript.name(i));
    return ChainNames.service(new ServicePortName(service, "", Protocol.TCP));
  }

  /** Ends all of it, whatever fails. */
  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("not everything could be ended");
    open.addLast(() -> Folders.delete(folder));
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
