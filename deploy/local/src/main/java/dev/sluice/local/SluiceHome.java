package dev.sluice.local;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The checkout that this code was built in: where build results and scripts are found. */
public final class SluiceHome {
  private SluiceHome() {}

  /**
   * The checkout's top folder: the system property {@code sluice.home}, which the scripts in
   * deploy/bin set, or else the nearest folder at or above the working directory that holds
   * deploy/local. Any thread.
   *
   * @throws IllegalStateException if there is none
   */
  public static Path find() {
    String property = System.getProperty("sluice.home");
    if (property != null) {
      return Path.of(property);
    }
    Path start = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("deploy/local"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no folder at or above " + start + " holds deploy/local; set -Dsluice.home=CHECKOUT");
  }
}
