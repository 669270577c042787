package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.host.KafkaOptions;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.PastState;
import dev.sluice.events.manifest.ManifestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a cluster is read from; a picocli argument group. */
final class ClusterOptions {
  @Option(
      names = "--manifests",
      required = true,
      paramLabel = "DIR",
      description = "A folder of Kubernetes manifests, YAML or JSON.")
  private Optional<Path> manifests = Optional.empty();

  @ArgGroup(exclusive = false, multiplicity = "1")
  private KafkaOptions kafka = new KafkaOptions();

  /** A cluster, and what of it can't be read. */
  record Cluster(ClusterImage image, List<String> problems) {}

  /** Whether it is the log of a cluster, rather than manifests. */
  boolean fromLog() {
    return manifests.isEmpty();
  }

  /**
   * Opens the log.
   *
   * @param patience how long to wait for its next records
   */
  OpenLog log(Duration patience) {
    return new OpenLog(kafka.settings(), kafka.topics(), patience);
  }

  /**
   * Reads it as it is now. Blocks.
   *
   * @throws IOException as {@link #read(CommandLine, Duration, Moment)}
   */
  Cluster read(CommandLine command, Duration patience) throws IOException, InterruptedException {
    return read(command, patience, Moment.NOW);
  }

  /**
   * Reads it as it was at a moment. Blocks.
   *
   * @param patience how long to wait for the log's next records
   * @throws IOException if the log can't be read to its end, does not hold the whole cluster, or
   *     does not tell of that moment
   * @throws ParameterException if there is no such folder, or manifests are asked for another time
   */
  Cluster read(CommandLine command, Duration patience, Moment moment)
      throws IOException, InterruptedException {
    if (manifests.isEmpty()) {
      try (OpenLog log = log(patience).progress(command.getErr())) {
        PastState read = log.at(moment);
        return new Cluster(read.image(), read.problems());
      }
    }
    if (!moment.equals(Moment.NOW)) {
      throw new ParameterException(command, "--at: manifests have no history; only the log has");
    }
    Path folder = manifests.get();
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(command, "--manifests: " + folder + " is no folder");
    }
    ManifestFolder.Scan scan = new ManifestFolder(folder, Clock.systemUTC()).scan();
    List<String> problems = new ArrayList<>();
    scan.problems().forEach((file, reason) -> problems.add(file + ": " + reason));
    return new Cluster(ManifestImage.of(scan.objects()), problems);
  }
}
