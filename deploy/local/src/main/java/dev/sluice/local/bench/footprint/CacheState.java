package dev.sluice.local.bench.footprint;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.bench.BenchException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How an applier's AOT cache goes with its jars. */
enum CacheState {
  /** Made with them. */
  FITTING(true),
  /** There is none. */
  MISSING(false),
  /** One of the jars has been copied anew since. */
  STALE(false),
  /** Half of its file is gone. */
  DAMAGED(false);

  private static final String CACHE = "sluice.aot";

  private final boolean used;

  CacheState(boolean used) {
    this.used = used;
  }

  /** Whether the JVM is to start from it. */
  boolean used() {
    return used;
  }

  /**
   * Copies the applier's jars and its cache.
   *
   * @param parent where the new folder is made
   * @throws BenchException if they have not been built
   */
  Path prepare(Path parent) throws IOException {
    Path built = SluiceHome.find().resolve("node-applier/target/app");
    if (!Files.exists(built.resolve(CACHE))) {
      throw new BenchException(
          built.resolve(CACHE)
              + " is missing: run mvn -q package -DskipTests in "
              + SluiceHome.find());
    }
    Path folder = Files.createDirectory(parent.resolve("app-" + this));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(built, "*.{jar,aot}")) {
      for (Path file : files) {
        Path _ =
            Files.copy(
                file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    switch (this) {
      case FITTING -> {}
      case MISSING -> Files.delete(folder.resolve(CACHE));
      case STALE -> copyAnew(folder);
      case DAMAGED -> cutOff(folder.resolve(CACHE));
    }
    return folder;
  }

  private static void copyAnew(Path folder) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "events-schema-*.jar")) {
      Instant later = Instant.now().plus(Duration.ofMinutes(1));
      for (Path jar : jars) {
        Path _ = Files.setLastModifiedTime(jar, FileTime.from(later));
      }
    }
  }

  private static void cutOff(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileChannel _ = channel.truncate(channel.size() / 2);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
