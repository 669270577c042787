package dev.sluice.local.run;

import dev.sluice.local.lab.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code sluice-watcher} beside the nodes. */
public final class WatcherProgram {
  /** Where its health is, within its namespace. */
  public static final String HEALTHZ = "http://127.0.0.1:10258/healthz";

  /** Where its metrics are, within its namespace. */
  public static final String METRICS = "http://127.0.0.1:10259/metrics";

  private static final Duration START_LIMIT = Duration.ofSeconds(40);

  private WatcherProgram() {}

  /**
   * Starts it; not ready yet.
   *
   * @param source the options that name it: {@code --manifests DIR} or {@code --kubeconfig FILE}
   * @throws ProgramException if it can't be started
   */
  public static SluiceProgram start(
      NetworkNamespace control, String bootstrapServers, List<String> source, Path log) {
    List<String> arguments = new ArrayList<>(List.of("--bootstrap-servers", bootstrapServers));
    arguments.addAll(source);
    arguments.addAll(List.of("--replication-factor", "1"));
    arguments.addAll(List.of("--healthz-bind-address", "127.0.0.1:10258"));
    arguments.addAll(List.of("--metrics-bind-address", "127.0.0.1:10259"));
    return SluiceProgram.start(
        control, new SluiceProgram.Launch("sluice-watcher", arguments, Map.of(), log));
  }

  /**
   * Waits until it has published all and follows its source.
   *
   * @throws ProgramException if that takes more than 40 seconds, or it ends
   */
  public static void awaitReady(SluiceProgram watcher, NetworkNamespace control) {
    awaitReady(watcher, control, START_LIMIT);
  }

  /** The same with another limit than 40 seconds. */
  public static void awaitReady(SluiceProgram watcher, NetworkNamespace control, Duration limit) {
    OperationsPage healthz = new OperationsPage(control, HEALTHZ);
    watcher.await("ready", limit, () -> healthz.get().isPresent());
  }
}
