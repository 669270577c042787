package dev.sluice.local.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A temporary folder, removed with all that is in it. */
public final class WorkFolder implements AutoCloseable {
  private final Path path;

  private WorkFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes an empty folder named {@code sluice-ROLE-PID-NUMBER} among the system's temporary ones.
   */
  public static WorkFolder create(String role) throws IOException {
    String prefix = "sluice-%s-%d-".formatted(role, ProcessHandle.current().pid());
    return new WorkFolder(Files.createTempDirectory(prefix));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Removes it; those who write there must have ended. Idempotent. */
  @Override
  public void close() {
    try {
      if (Files.exists(path)) {
        Files.walkFileTree(path, new Removal());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " not removed", e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException reason) throws IOException {
      if (reason instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw reason;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException reason)
        throws IOException {
      if (reason != null) {
        throw reason;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
