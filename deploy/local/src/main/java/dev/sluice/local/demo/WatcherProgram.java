package dev.sluice.local.demo;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.run.OperationsPage;
import dev.sluice.local.run.SluiceProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code sluice-watcher} on a folder of manifests. */
final class WatcherProgram {
  /** Where its health is, within its namespace. */
  static final String HEALTHZ = "http://127.0.0.1:10258/healthz";

  /** Where its metrics are, within its namespace. */
  static final String METRICS = "http://127.0.0.1:10259/metrics";

  private static final Duration START_LIMIT = Duration.ofSeconds(40);

  private WatcherProgram() {}

  /** Starts it; not ready yet. */
  static SluiceProgram start(
      NetworkNamespace control, String bootstrapServers, Path manifests, Path log) {
    List<String> arguments =
        List.of(
            "--bootstrap-servers",
            bootstrapServers,
            "--manifests",
            manifests.toString(),
            "--replication-factor",
            "1",
            "--healthz-bind-address",
            "127.0.0.1:10258",
            "--metrics-bind-address",
            "127.0.0.1:10259");
    return SluiceProgram.start(
        control, new SluiceProgram.Launch("sluice-watcher", arguments, Map.of(), log));
  }

  /** Waits until it follows the folder. */
  static void awaitReady(SluiceProgram watcher, NetworkNamespace control) {
    OperationsPage healthz = new OperationsPage(control, HEALTHZ);
    watcher.await("ready", START_LIMIT, () -> healthz.get().isPresent());
  }
}
