package dev.sluice.applier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path folder;

  @Test
  void theLastWrittenIsRead() throws Exception {
    CheckpointStore store = new CheckpointStore(folder.resolve("state"));
    assertThat(store.read()).isEmpty();

    store.write(new byte[] {1, 2});
    store.write(new byte[] {3});

    assertThat(store.read()).contains(new byte[] {3});
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      assertThat(files).containsExactly(store.file());
    }
  }

  @Test
  void onlyItsOwnerMayReadIt() throws Exception {
    CheckpointStore store = new CheckpointStore(folder.resolve("state"));

    store.write(new byte[] {1});

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.file())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))))
        .isEqualTo("rwx------");
  }

  @Test
  void whatAKilledWriterHasLeftIsNoCheckpointAndIsRemoved() throws Exception {
    Path left = Files.write(folder.resolve("checkpoint.4711.unfinished"), new byte[] {9});
    CheckpointStore store = new CheckpointStore(folder);
    assertThat(store.read()).isEmpty();

    store.write(new byte[] {1});

    assertThat(left).doesNotExist();
  }

  @Test
  void aWriteThatFailsLeavesWhatWasThere() throws Exception {
    CheckpointStore store = new CheckpointStore(folder);
    Files.createDirectory(store.file());
    Files.write(store.file().resolve("in-the-way"), new byte[] {1});

    assertThatIOException().isThrownBy(() -> store.write(new byte[] {2}));

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing unfinished stays").containsExactly(store.file());
    }
  }
}
