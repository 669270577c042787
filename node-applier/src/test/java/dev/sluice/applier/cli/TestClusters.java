package dev.sluice.applier.cli;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Clusters for tests, from manifests. */
public final class TestClusters {
  private static final Path EXAMPLES = Path.of("../deploy/examples");

  private TestClusters() {}

  /** The cluster that these manifests describe; they must be without fault. */
  public static ClusterImage parse(String manifests) {
    return ManifestImage.of(objects(ManifestFile.parse(manifests)));
  }

  /** The cluster of these objects. */
  public static ClusterImage of(List<? extends ClusterObject> objects) {
    return ManifestImage.of(
        objects.stream().map(one -> new ObservedObject(one, "", Optional.empty())).toList());
  }

  /** One of the examples that users start from. */
  public static ClusterImage example(String name) {
    List<ObservedObject> objects = new ArrayList<>();
    try (Stream<Path> files = Files.list(EXAMPLES.resolve(name))) {
      for (Path file : files.sorted().toList()) {
        objects.addAll(objects(ManifestFile.read(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ManifestImage.of(objects);
  }

  private static List<ObservedObject> objects(ManifestFile file) {
    if (!file.problems().isEmpty()) {
      throw new IllegalArgumentException(file.problems().toString());
    }
    return file.objects();
  }
}
