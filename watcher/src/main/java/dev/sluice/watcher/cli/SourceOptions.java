package dev.sluice.watcher.cli;

import dev.sluice.watcher.source.ClusterSource;
import dev.sluice.watcher.source.DirectorySource;
import dev.sluice.watcher.source.KubernetesSource;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where the objects come from; a picocli mixin. */
final class SourceOptions {
  private static final String DEFAULT_CLUSTER_ID = "manifests";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--manifests",
      paramLabel = "DIR",
      description = "Read manifests (*.yaml, *.yml, *.json) in this folder, instead of a cluster.")
  private Optional<Path> manifests = Optional.empty();

  @Option(
      names = "--cluster-id",
      paramLabel = "NAME",
      description =
          "With --manifests: what the folder stands for (default: "
              + DEFAULT_CLUSTER_ID
              + "). A log takes one cluster only.")
  private Optional<String> clusterId = Optional.empty();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "How to reach the API server (default: the pod's service account, or else $KUBECONFIG or"
              + " ~/.kube/config).")
  private Optional<Path> kubeconfig = Optional.empty();

  /**
   * Gives a new source for every term; files with credentials are read anew each time.
   *
   * @throws ParameterException if the options contradict each other or name what is not there
   */
  Supplier<ClusterSource> sources(Vertx vertx) {
    if (manifests.isPresent() && kubeconfig.isPresent()) {
      throw wrong("--manifests and --kubeconfig exclude each other");
    }
    if (manifests.isEmpty() && clusterId.isPresent()) {
      throw wrong("--cluster-id goes with --manifests: a cluster has its own");
    }
    if (manifests.isPresent()) {
      Path folder = manifests.get();
      String id = clusterId.orElse(DEFAULT_CLUSTER_ID);
      if (id.isBlank()) {
        throw wrong("--cluster-id is empty");
      }
      return () -> new DirectorySource(vertx, folder, id);
    }
    kubeconfig
        .filter(file -> !Files.isReadable(file))
        .ifPresent(
            file -> {
              throw wrong("--kubeconfig: there is no file " + file + " that can be read");
            });
    return () -> new KubernetesSource(vertx, config());
  }

  /** How to reach the API server, read anew each time; empty where a folder is read. */
  Optional<Supplier<Config>> api() {
    return manifests.isPresent() ? Optional.empty() : Optional.of(this::config);
  }

  private Config config() {
    return kubeconfig
        .map(file -> Config.fromKubeconfig(file.toFile()))
        .orElseGet(() -> Config.autoConfigure(null));
  }

  private ParameterException wrong(String message) {
    if (command == null) {
      throw new IllegalStateException("the options are not mixed into a command");
    }
    return new ParameterException(command.commandLine(), message);
  }
}
