package dev.sluice.watcher.source;

import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.Manifests.services;
import static dev.sluice.watcher.Manifests.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.events.event.Cause;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySourceTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");
  private static final ObjectKey API = ObjectKey.service("shop", "api");
  private static final String BROKEN = "apiVersion: v1\nkind: Service\nmetadata: [\n";

  @TempDir Path temp;
  private final Vertx vertx = Vertx.vertx();
  private final EventLog events = new EventLog();
  private Path folder;
  private DirectorySource source;

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectory(temp.resolve("manifests"));
    source = new DirectorySource(vertx, folder, "manifests");
  }

  @AfterEach
  void close() throws Exception {
    source.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theFirstSnapshotIsAResyncAndAnEditIsObserved() throws IOException {
    write("web.yaml", service("web", 80));
    start();
    assertThat(events.awaitSnapshotOf(WEB).cause()).isEqualTo(Cause.RESYNC);

    write("web.yaml", service("web", 81));

    Snapshot edited = events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 81);
    assertThat(edited.cause()).isEqualTo(Cause.OBSERVED);
    assertThat(edited.whole()).isTrue();
  }

  @Test
  void anEditIsSeenSoon() throws IOException {
    write("web.yaml", service("web", 80));
    start();
    events.awaitSnapshotOf(WEB);

    Instant before = Instant.now();
    write("web.yaml", service("web", 81));
    events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 81);

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void filesOfSeveralFormsAndSubFoldersAreRead() throws IOException {
    write("two.yml", service("web", 80) + "---\n" + slice("web-1", "10.0.0.1"));
    write(
        "deep/down/api.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": ["
            + "{\"apiVersion\": \"v1\", \"kind\": \"Service\","
            + " \"metadata\": {\"name\": \"api\", \"namespace\": \"shop\"}}]}");
    write("notes.txt", "no manifest");
    write(".hidden.yaml", service("hidden", 80));
    write(".git/config.yaml", service("hidden", 80));

    start();

    events.awaitSnapshotOf(WEB, API, ObjectKey.endpointSlice("shop", "web-1"));
    assertThat(events.all(Problem.class)).isEmpty();
  }

  @Test
  void aNewSubFolderIsFollowed() throws IOException {
    start();
    events.awaitSnapshotOf();

    write("late/web.yaml", service("web", 80));
    events.awaitSnapshotOf(WEB);
    write("late/api.yaml", service("api", 80));

    events.awaitSnapshotOf(WEB, API);
  }

  @Test
  void aDeletedFilesObjectsAreGone() throws IOException {
    write("web.yaml", service("web", 80));
    write("api.yaml", service("api", 80));
    start();
    events.awaitSnapshotOf(WEB, API);

    Files.delete(folder.resolve("api.yaml"));

    assertThat(events.awaitSnapshotOf(WEB).whole()).isTrue();
  }

  @Test
  void aBrokenFileKeepsItsObjectsUntilItIsRepaired() throws IOException {
    write("web.yaml", service("web", 80));
    write("api.yaml", service("api", 80));
    start();
    events.awaitSnapshotOf(WEB, API);
    events.clear();

    write("web.yaml", BROKEN);
    Problem problem = events.await(Problem.class);
    write("api.yaml", service("api", 81));

    assertThat(problem.where()).isEqualTo("web.yaml");
    assertThat(problem.reason()).startsWith("line ");
    Snapshot kept = events.await(Snapshot.class, snapshot -> port(snapshot, API) == 81);
    assertThat(port(kept, WEB)).isEqualTo(80);
    assertThat(kept.whole()).isTrue();

    write("web.yaml", service("web", 82));
    events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 82);
    events.await(ProblemSolved.class, solved -> solved.where().equals("web.yaml"));
  }

  @Test
  void aFileThatIsBrokenFromTheStartMakesTheSnapshotUnwhole() throws IOException {
    write("web.yaml", BROKEN);
    write("api.yaml", service("api", 80));

    start();

    assertThat(events.awaitSnapshotOf(API).whole()).isFalse();
    write("web.yaml", service("web", 80));
    assertThat(events.awaitSnapshotOf(WEB, API).whole()).isTrue();
  }

  @Test
  void anInvalidObjectIsNamedAndItsNeighboursAreRead() throws IOException {
    String invalid = service("web", 80).replace("10.96.0.1", "not-an-address");
    write("both.yaml", service("api", 80) + "---\n" + invalid);

    start();

    Snapshot snapshot = events.awaitSnapshotOf(API);
    assertThat(snapshot.whole()).isTrue();
    assertThat(snapshot.unreadable()).containsExactly(WEB);
    assertThat(events.await(Problem.class).reason())
        .contains("line 11", "Service/shop/web", "clusterIP");
  }

  @Test
  void anInvalidObjectKeepsItsLastGoodState() throws IOException {
    write("both.yaml", service("api", 80) + "---\n" + service("web", 80));
    start();
    events.awaitSnapshotOf(API, WEB);

    String invalid = service("web", 80).replace("10.96.0.1", "not-an-address");
    write("both.yaml", service("api", 81) + "---\n" + invalid);

    Snapshot snapshot = events.await(Snapshot.class, s -> port(s, API) == 81);
    assertThat(port(snapshot, WEB)).isEqualTo(80);
    assertThat(snapshot.unreadable()).isEmpty();
  }

  @Test
  void aFileThatIsReplacedAsEditorsDoNeverLosesItsObjects() throws IOException {
    write("web.yaml", service("web", 80));
    start();
    events.awaitSnapshotOf(WEB);
    events.clear();

    for (int port = 100; port < 120; port++) {
      if (port % 2 == 0) { // as vim does: away with the old one, then write the new one
        Files.move(
            folder.resolve("web.yaml"),
            folder.resolve("web.yaml~"),
            StandardCopyOption.REPLACE_EXISTING);
        write("web.yaml", service("web", port));
      } else { // write beside, and rename over it
        write(".web.yaml.tmp", service("web", port));
        Files.move(
            folder.resolve(".web.yaml.tmp"),
            folder.resolve("web.yaml"),
            StandardCopyOption.ATOMIC_MOVE);
      }
    }

    events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 119);
    assertThat(events.all(Snapshot.class)).allMatch(s -> EventLog.keys(s).contains(WEB));
  }

  @Test
  void aHalfWrittenFileDeletesNothing() throws Exception {
    write("all.yaml", services(50));
    start();
    events.await(Snapshot.class, snapshot -> snapshot.objects().size() == 50);
    events.clear();

    write("all.yaml", "");
    Thread.sleep(15);
    write("all.yaml", services(30));
    Thread.sleep(15);
    write("all.yaml", services(51));

    events.await(Snapshot.class, snapshot -> snapshot.objects().size() == 51);
    assertThat(events.all(Snapshot.class)).allMatch(s -> s.objects().size() == 51);
  }

  @Test
  void ofTwoFilesWithOneObjectTheFirstCounts() throws IOException {
    write("b.yaml", service("web", 81));
    write("a.yaml", service("web", 80));

    start();

    assertThat(port(events.awaitSnapshotOf(WEB), WEB)).isEqualTo(80);
    Problem problem = events.await(Problem.class);
    assertThat(problem.where()).isEqualTo("b.yaml");
    assertThat(problem.reason()).contains("Service/shop/web", "a.yaml");
  }

  @Test
  void aFolderThatIsMissingIsWaitedFor() throws IOException {
    Files.delete(folder);
    start();
    Problem problem = events.await(Problem.class);
    assertThat(problem).isEqualTo(new Problem(folder.toString(), "the folder does not exist"));
    assertThat(events.all(Snapshot.class)).isEmpty();

    write("web.yaml", service("web", 80));

    events.awaitSnapshotOf(WEB);
    events.await(ProblemSolved.class, solved -> solved.where().equals(problem.where()));
  }

  @Test
  void aFolderThatIsMovedAwayKeepsItsObjects() throws Exception {
    write("web.yaml", service("web", 80));
    start();
    events.awaitSnapshotOf(WEB);
    events.clear();

    Files.move(folder, temp.resolve("elsewhere"));

    events.await(Problem.class, problem -> problem.where().equals(folder.toString()));
    assertThat(events.all(Snapshot.class)).isEmpty();
    Files.move(temp.resolve("elsewhere"), folder);
    write("web.yaml", service("web", 81));
    events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 81);
  }

  @Test
  void aMountedConfigMapIsReadOnceAndFollowed() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..2030_01"));
    Files.writeString(first.resolve("web.yaml"), service("web", 80));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2030_01"));
    Files.createSymbolicLink(folder.resolve("web.yaml"), Path.of("..data/web.yaml"));
    start();
    events.awaitSnapshotOf(WEB);
    assertThat(events.all(Problem.class)).isEmpty();

    Path second = Files.createDirectory(folder.resolve("..2030_02"));
    Files.writeString(second.resolve("web.yaml"), service("web", 81));
    Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2030_02"));
    Files.move(
        folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

    events.await(Snapshot.class, snapshot -> port(snapshot, WEB) == 81);
  }

  @Test
  void linksThatLoopOrRepeatAreReadOnceAndThoseThatLeadNowhereAreTold() throws IOException {
    write("a/web.yaml", service("web", 80));
    Files.createSymbolicLink(folder.resolve("a/up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
    Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("nowhere.yaml"));

    start();

    events.awaitSnapshotOf(WEB);
    assertThat(events.all(Problem.class))
        .extracting(Problem::where, Problem::reason)
        .containsExactlyInAnyOrder(
            tuple("c.yaml", "the link leads nowhere"),
            tuple(folder + " (deletions)", "are held back until every file can be read"));
  }

  @Test
  void aSnapshotCanBeAskedFor() throws IOException {
    write("web.yaml", service("web", 80));
    start();
    events.awaitSnapshotOf(WEB);
    events.clear();

    vertx.runOnContext(v -> source.requestSnapshot());

    events.awaitSnapshotOf(WEB);
  }

  private void start() {
    vertx.runOnContext(v -> source.start(events));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private static int port(Snapshot snapshot, ObjectKey key) {
    return snapshot.objects().stream()
        .filter(object -> object.object().key().equals(key))
        .map(object -> ((Service) object.object()).ports().getFirst().port())
        .findFirst()
        .orElse(0);
  }
}
