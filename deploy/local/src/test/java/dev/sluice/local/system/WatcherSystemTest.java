package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.image.ClusterImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SystemTest
class WatcherSystemTest {
  @TempDir Path folder;

  @Test
  void theFirstPublishMakesTheLogComplete(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    write("web.yaml", Manifests.WEB);

    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      ClusterImage image = log.image();
      assertThat(image.complete()).isTrue();
      assertThat(image.head().orElseThrow().clusterId()).isEqualTo("demo");
      assertThat(image.keys())
          .extracting(Object::toString)
          .containsExactly(
              "Service/shop/web",
              "EndpointSlice/shop/web-ipv4",
              "EndpointSlice/shop/web-ipv6",
              "Node/node-1");
    }
  }

  @Test
  void anEditIsPublishedAsObservedWithWhatWasBefore(TestLog log) throws Exception {
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {

      write("web.yaml", Manifests.service("web", "10.96.0.81"));

      awaitRevision(log, 2);
      Change edit = log.history().entries().getLast();
      assertThat(edit.revision().cause()).isEqualTo(Cause.OBSERVED);
      assertThat(edit.before()).isEqualTo(log.history().entries().getFirst().after());
    }
  }

  @Test
  void aRestartPublishesNothingButANewEpoch(TestLog log) throws Exception {
    write("web.yaml", Manifests.WEB);
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      assertThat(head(log).epoch()).isEqualTo(1);
    }

    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      assertThat(head(log).epoch()).isEqualTo(2);
      assertThat(head(log).revision()).isEqualTo(3);
      assertThat(log.history().entries()).hasSize(3);
    }
  }

  @Test
  void whatChangedWhileNoWatcherRanIsPublishedAsResync(TestLog log) throws Exception {
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    write("gone.yaml", Manifests.service("gone", "10.96.0.90"));
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      assertThat(log.image().revision()).isEqualTo(2);
    }
    write("web.yaml", Manifests.service("web", "10.96.0.81"));
    write("new.yaml", Manifests.service("new", "10.96.0.70"));
    Files.delete(folder.resolve("gone.yaml"));

    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      List<Change> history = log.history().entries();
      assertThat(history.subList(2, history.size()))
          .extracting(
              change -> change.key().name(),
              change -> change.after().isPresent(),
              change -> change.revision().cause(),
              change -> change.revision().epoch())
          .containsExactlyInAnyOrder(
              tuple("new", true, Cause.RESYNC, 2L),
              tuple("web", true, Cause.RESYNC, 2L),
              tuple("gone", false, Cause.RESYNC, 2L));
      assertThat(history.getLast().key().name()).as("deletions come last").isEqualTo("gone");
      assertThat(log.image().keys()).extracting(key -> key.name()).containsExactly("new", "web");
    }
  }

  @Test
  void revisionsHaveNoGapsOverChangesAndRestarts(TestLog log) throws Exception {
    for (int start = 1; start <= 3; start++) {
      write("start-" + start + ".yaml", Manifests.service("start-" + start, "10.96.1." + start));
      try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
        long before = log.image().revision();
        write("edit-" + start + ".yaml", Manifests.service("edit-" + start, "10.96.2." + start));
        awaitRevision(log, before + 1);
        Files.delete(folder.resolve("edit-" + start + ".yaml"));
        awaitRevision(log, before + 2);
      }
    }

    assertThat(log.history().entries())
        .extracting(change -> change.revision().number())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 9).boxed().toList());
    assertThat(head(log).revision()).isEqualTo(9);
  }

  @Test
  void aBrokenFileKeepsItsObjectsAndIsNamed(TestLog log) throws Exception {
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    write("other.yaml", Manifests.service("other", "10.96.0.90"));
    try (RunningWatcher watcher = RunningWatcher.start(log, folder).awaitFollowing()) {

      write("web.yaml", "kind: [Service");
      write("other.yaml", Manifests.service("other", "10.96.0.91"));

      awaitRevision(log, 3);
      Await.until().until(() -> !watcher.problems().isEmpty());
      assertThat(watcher.problems())
          .allSatisfy((where, _) -> assertThat(where).contains("web.yaml"));
      assertThat(log.image().keys()).extracting(key -> key.name()).containsExactly("other", "web");

      write("web.yaml", Manifests.service("web", "10.96.0.82"));

      awaitRevision(log, 4);
      Await.until().until(() -> watcher.problems().isEmpty());
    }
  }

  private void write(String file, String manifests) throws Exception {
    Files.writeString(folder.resolve(file), manifests);
  }

  private static void awaitRevision(TestLog log, long revision) {
    Await.until().until(() -> head(log).revision() >= revision);
  }

  private static Head head(TestLog log) throws Exception {
    return log.image().head().orElseThrow();
  }
}
