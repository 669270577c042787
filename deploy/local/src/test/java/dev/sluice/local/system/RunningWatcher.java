package dev.sluice.local.system;

import dev.sluice.events.event.AutoMode;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.watcher.lease.NoElection;
import dev.sluice.watcher.publish.KafkaChangeLog;
import dev.sluice.watcher.publish.MassDeletionGuard;
import dev.sluice.watcher.publish.Publishing;
import dev.sluice.watcher.publish.Watcher;
import dev.sluice.watcher.publish.WatcherMetrics;
import dev.sluice.watcher.publish.WatcherStatus;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.ClusterSource;
import dev.sluice.watcher.source.DirectorySource;
import dev.sluice.watcher.source.KubernetesSource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/** A watcher of a folder, in this JVM. */
final class RunningWatcher implements AutoCloseable {
  private final WatcherStatus status = new WatcherStatus();
  private final Watcher watcher;
  private final Future<Void> ended;

  private RunningWatcher(TestLog log, Path folder, String clusterId, boolean allowMassDelete) {
    this(log, folder, clusterId, allowMassDelete, AutoMode.DEFAULT);
  }

  private RunningWatcher(
      TestLog log, Path folder, String clusterId, boolean allowMassDelete, AutoMode autoMode) {
    this(log, () -> new DirectorySource(log.vertx(), folder, clusterId), allowMassDelete, autoMode);
  }

  private RunningWatcher(
      TestLog log, Supplier<ClusterSource> sources, boolean allowMassDelete, AutoMode autoMode) {
    WatcherMetrics metrics = new WatcherMetrics(new SimpleMeterRegistry(), status);
    watcher =
        new Watcher(
            log.vertx(),
            new NoElection(),
            () -> new KafkaChangeLog(log.vertx(), log.kafka(), log.topics(), (short) 1),
            sources,
            new Publishing(
                new MassDeletionGuard(allowMassDelete),
                autoMode,
                status,
                metrics,
                Clock.systemUTC()));
    ended = watcher.run();
  }

  static RunningWatcher start(TestLog log, Path folder) {
    return new RunningWatcher(log, folder, "demo", false);
  }

  /** Starts one of an API server. */
  static RunningWatcher startOf(FakeApiServer api, TestLog log) {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(api.url()).build();
    return new RunningWatcher(
        log, () -> new KubernetesSource(log.vertx(), config), false, AutoMode.DEFAULT);
  }

  static RunningWatcher startAs(String clusterId, TestLog log, Path folder) {
    return new RunningWatcher(log, folder, clusterId, false);
  }

  static RunningWatcher startAllowingMassDelete(TestLog log, Path folder) {
    return new RunningWatcher(log, folder, "demo", true);
  }

  /** Starts one with other limits for the mode auto; many may be deleted at once. */
  static RunningWatcher startWithLimits(TestLog log, Path folder, AutoMode autoMode) {
    return new RunningWatcher(log, folder, "demo", true, autoMode);
  }

  /** Waits until it has published the folder and follows it. */
  RunningWatcher awaitFollowing() {
    Await.until().until(() -> status.phase() == Phase.FOLLOWING);
    return this;
  }

  /** Waits until its health has a reason with these words; the reason. */
  String awaitReason(String words) {
    Await.until().until(() -> status.reason().filter(r -> r.contains(words)).isPresent());
    return status.reason().orElseThrow();
  }

  /** What can't be read of the folder, by its place. */
  Map<String, String> problems() {
    return status.problems();
  }

  /** What is too large for the log, by its key. */
  Map<String, String> tooLarge() {
    return status.tooLarge();
  }

  boolean healthy() {
    return status.report().ok();
  }

  /** How it ended. */
  Future<Void> ended() {
    return ended;
  }

  @Override
  public void close() {
    var _ = watcher.close().toCompletionStage().toCompletableFuture().join();
  }
}
