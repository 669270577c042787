package dev.sluice.applier.checkpoint;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The file that a checkpoint is in. It is always a whole one: a new one is written beside it, is on
 * the disk with all its bytes, and then takes its name. Only its owner may read it, as it tells
 * what is in the cluster. Blocks; for one thread.
 */
public final class CheckpointStore {
  private static final String NAME = "checkpoint";
  private static final String UNFINISHED = ".unfinished";

  /** A cluster of 10,000 Services of 20 endpoints takes a hundredth of that. */
  private static final long LARGEST = 256L << 20;

  private final Path folder;

  /**
   * @param folder where the file is; created with the first write where it is missing
   */
  public CheckpointStore(Path folder) {
    this.folder = folder;
  }

  /** Where it is. */
  public Path file() {
    return folder.resolve(NAME);
  }

  /**
   * What is there; empty where there is no such file.
   *
   * @throws IOException if it can't be read
   */
  public Optional<byte[]> read() throws IOException {
    try {
      if (Files.size(file()) > LARGEST) {
        throw new IOException(file() + " is too large to be a checkpoint");
      }
      return Optional.of(Files.readAllBytes(file()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Replaces what is there.
   *
   * @throws IOException if that fails: what was there stays
   */
  public void write(byte[] bytes) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    removeUnfinished();
    Path unfinished = folder.resolve(NAME + "." + ProcessHandle.current().pid() + UNFINISHED);
    try {
      writeWhole(unfinished, bytes);
      Files.move(unfinished, file(), ATOMIC_MOVE, REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    // the name, too, is on the disk only then
    try (FileChannel directory = FileChannel.open(folder, READ)) {
      directory.force(true);
    }
  }

  private static void writeWhole(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(CREATE_NEW, WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        var _ = channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** What a process that was killed while it wrote has left behind. */
  private void removeUnfinished() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, NAME + ".*" + UNFINISHED)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }
}
