package dev.sluice.local.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of manifests of our own, to be edited.
 *
 * @param folder where it is
 */
record ManifestCopy(Path folder) {
  private static final String WEB = "web.yaml";

  /** Copies the files of a flat folder. */
  static ManifestCopy of(Path original, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return new ManifestCopy(folder);
  }

  /** The file with the Service and its slices. */
  Path web() {
    return folder.resolve(WEB);
  }

  /**
   * Saves the Service with these endpoints.
   *
   * @return the time when it was saved, as {@link System#nanoTime} gives it
   */
  long save(List<EndpointEdit.Pair> endpoints) {
    // written beside and renamed: whoever reads sees the old or the new file, never half of one
    Path draft = folder.resolve("." + WEB + ".new");
    try {
      Files.writeString(draft, EndpointEdit.apply(Files.readString(web()), endpoints));
      Files.move(draft, web(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(web() + " not saved", e);
    }
    return System.nanoTime();
  }
}
