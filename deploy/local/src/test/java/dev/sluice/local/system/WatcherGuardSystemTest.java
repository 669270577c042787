package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.StateEntry;
import dev.sluice.watcher.publish.FencedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watcher must refuse: a mistake of one folder must not empty every node. */
@SystemTest
class WatcherGuardSystemTest {
  private static final int SERVICES = 12;

  @TempDir Path folder;
  @TempDir Path aside;
  @TempDir Path otherFolder;

  @Test
  void anEmptiedFolderLeavesLogAndNodesAsTheyWereUntilTheFilesAreBack(TestLog log)
      throws Exception {
    writeServices();
    FakeBackend backend = new FakeBackend();
    try (RunningWatcher watcher = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend))) {
      applier.awaitApplied(SERVICES + 1);
      List<StateEntry> before = log.state().entries();

      move(folder, aside);

      assertThat(watcher.awaitReason("refused to delete"))
          .contains(SERVICES + " of " + SERVICES + " Services", "--allow-mass-delete");
      assertThat(watcher.healthy()).isFalse();
      assertThat(log.state().entries()).isEqualTo(before);
      assertThat(backend.writes()).hasSize(1);

      move(aside, folder);

      watcher.awaitFollowing();
      assertThat(watcher.healthy()).isTrue();
      assertThat(log.image().keys()).hasSize(SERVICES + 1);
      assertThat(backend.writes()).as("nothing had to be written").hasSize(1);
    }
  }

  @Test
  void aRestartOverAnEmptyFolderIsRefusedTooUnlessItIsMeant(TestLog log) throws Exception {
    writeServices();
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      move(folder, aside);
    }
    try (RunningWatcher watcher = RunningWatcher.start(log, folder)) {
      watcher.awaitReason("refused to delete");
      assertThat(log.image().keys()).hasSize(SERVICES + 1);
      assertThat(log.image().complete()).isTrue();
    }

    try (RunningWatcher _ = RunningWatcher.startAllowingMassDelete(log, folder).awaitFollowing()) {
      assertThat(log.image().keys()).isEmpty();
    }
  }

  @Test
  void aFolderThatIsAnotherClusterIsRefusedWithoutEndingTheRightWatcher(TestLog log)
      throws Exception {
    writeServices();
    Files.writeString(otherFolder.resolve("web.yaml"), Manifests.WEB);
    try (RunningWatcher right = RunningWatcher.start(log, folder).awaitFollowing();
        RunningWatcher wrong = RunningWatcher.startAs("another", log, otherFolder)) {

      assertThat(wrong.awaitReason("another")).contains("\"demo\"", "\"another\"", "--cluster");
      assertThat(wrong.healthy()).isFalse();

      Files.writeString(folder.resolve("more.yaml"), Manifests.service("more", "10.96.3.1"));
      Await.until().until(() -> log.image().keys().size() == SERVICES + 2);
      assertThat(right.healthy()).isTrue();
      assertThat(log.image().head().orElseThrow().epoch()).isEqualTo(1);
    }
  }

  @Test
  void aSecondWatcherFencesTheFirst(TestLog log) throws Exception {
    writeServices();
    try (RunningWatcher first = RunningWatcher.start(log, folder).awaitFollowing();
        RunningWatcher second = RunningWatcher.start(log, folder).awaitFollowing()) {

      Files.writeString(folder.resolve("more.yaml"), Manifests.service("more", "10.96.3.1"));

      assertThat(Await.failure(first.ended())).isInstanceOf(FencedException.class);
      Await.until().until(() -> log.image().keys().size() == SERVICES + 2);
      assertThat(second.healthy()).isTrue();
      assertThat(log.history().entries()).as("published once").hasSize(SERVICES + 2);
    }
  }

  private void writeServices() throws IOException {
    Files.writeString(folder.resolve("node.yaml"), Manifests.NODE);
    for (int i = 1; i <= SERVICES; i++) {
      Files.writeString(
          folder.resolve("service-" + i + ".yaml"),
          Manifests.service("service-" + i, "10.96.1." + i));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(from)) {
      files = found.toList();
    }
    for (Path file : files) {
      Files.move(file, to.resolve(file.getFileName()));
    }
  }
}
