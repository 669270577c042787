package dev.sluice.watcher.publish;

import static dev.sluice.watcher.Manifests.observed;
import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.Manifests.services;
import static dev.sluice.watcher.publish.ScriptedSource.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import dev.sluice.watcher.lease.NoElection;
import dev.sluice.watcher.publish.MemoryLog.Transaction;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can't be put on the log, and what others have put there. */
class UnpublishableTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  /** Ports from here on make a Service too large. */
  private static final int LARGE = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final MemoryLog log = new MemoryLog(vertx);
  private final ScriptedSource source = new ScriptedSource(vertx, log);
  private final WatcherStatus status = new WatcherStatus();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Watcher watcher =
      new Watcher(
          vertx,
          new NoElection(),
          log::open,
          source::open,
          new Publishing(
              new MassDeletionGuard(false),
              AutoMode.DEFAULT,
              status,
              new WatcherMetrics(registry, status),
              Clock.systemUTC()));

  @BeforeEach
  void limitTheLog() {
    log.tooLarge(change -> port(change) >= LARGE);
  }

  private static int port(Change change) {
    return change
        .after()
        .filter(Service.class::isInstance)
        .map(object -> ((Service) object).ports().getFirst().port())
        .orElse(0);
  }

  @AfterEach
  void close() throws Exception {
    watcher
        .close()
        .compose(done -> vertx.close())
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatIsTooLargeOfASnapshotIsNamedAndTheRestIsPublished() {
    startWith(services(600) + "---\n" + service("web", LARGE));

    assertThat(log.state().image().complete()).isTrue();
    assertThat(log.state().image().keys()).hasSize(600).doesNotContain(WEB);
    assertThat(log.state().image().revision()).as("no revision is left out").isEqualTo(600);
    assertThat(log.state().head().orElseThrow().epoch()).as("still the first term").isEqualTo(1);
    assertThat(status.tooLarge()).containsEntry("Service/shop/web", "too many bytes");
    assertThat(status.report().body().toString()).contains("Service/shop/web", "too many bytes");
    assertThat(status.healthy()).isTrue();
    assertThat(registry.get("sluice.watcher.too.large.changes").counter().count()).isEqualTo(1);
  }

  @Test
  void aChangeThatIsTooLargeLeavesWhatWasPublishedUntilOneFits() {
    startWith(service("web", 80));

    see(service("web", LARGE));
    see(service("other", 80));
    await().until(() -> log.state().image().revision() == 2);
    assertThat(status.tooLarge()).containsOnlyKeys("Service/shop/web");
    assertThat(log.state().image().get(WEB)).contains(observed(service("web", 80), "").object());

    see(service("web", 81));
    await().until(() -> log.state().image().revision() == 3);
    assertThat(status.tooLarge()).isEmpty();
    assertThat(lastChange().before()).contains(observed(service("web", 80), "").object());
  }

  @Test
  void ofManyChangesInOneBatchOnlyTheLargeAreDropped() {
    startWith(service("web", 80));
    Promise<Void> release = log.holdWrites();

    see(service("other", 80));
    see(service("web", LARGE));
    see(service("web", 81));
    source.say(new ObjectGone(ObjectKey.service("shop", "other"), ""));
    see(service("new", LARGE));
    source.say(new ObjectGone(ObjectKey.service("shop", "new"), ""));
    await().until(() -> registry.get("sluice.watcher.pending.events").gauge().value() == 0);
    release.complete();

    await().until(() -> log.state().image().revision() == 4);
    assertThat(lastTransaction().changes())
        .extracting(change -> change.key().name(), change -> change.after().isPresent())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("web", true),
            org.assertj.core.groups.Tuple.tuple("other", false));
    assertThat(lastTransaction().changes().getFirst().before())
        .as("what was published, not what could not be")
        .contains(observed(service("web", 80), "").object());
  }

  @Test
  void whatIsTooLargeAndIsDeletedIsForgotten() {
    startWith("");
    see(service("web", LARGE));
    await().until(() -> status.tooLarge().containsKey("Service/shop/web"));

    source.say(new ObjectGone(WEB, ""));

    await().until(() -> status.tooLarge().isEmpty());
    assertThat(log.transactions()).as("only the first head").hasSize(1);
  }

  @Test
  void whatOthersWroteOverIsPublishedAnewWithWhatItWasBefore() {
    startWith(service("web", 80) + "---\n" + service("other", 80));

    log.scribble("Service/shop/web", "Gateway/shop/unheard-of", "");

    await().until(() -> log.transactions().size() == 2);
    Change change = lastChange();
    assertThat(lastTransaction().changes()).hasSize(1);
    assertThat(change.key()).isEqualTo(WEB);
    assertThat(change.before()).isEqualTo(change.after());
    assertThat(change.revision().number()).isEqualTo(3);
    assertThat(change.revision().cause()).isEqualTo(Cause.RESYNC);
  }

  @Test
  void aHeadThatOthersWroteOverIsWrittenAnew() {
    startWith(service("web", 80));
    Head before = log.state().head().orElseThrow();

    log.scribble(Head.KEY);

    await().until(() -> log.transactions().size() == 2);
    assertThat(lastTransaction().changes()).isEmpty();
    assertThat(lastTransaction().head()).isEqualTo(before);
    assertThat(log.state().headUnreadable()).isFalse();
  }

  @Test
  void whatOthersWriteWhileATransactionRunsIsNotTakenForOurs() {
    startWith(service("web", 80));
    source.has(snapshot(service("web", 81), true, Cause.RESYNC));
    Promise<Void> release = log.holdWrites();
    see(service("web", 81));
    await().until(() -> registry.get("sluice.watcher.pending.events").gauge().value() == 0);

    log.scribble("Service/shop/web");
    release.complete();

    await().until(() -> log.transactions().size() == 3);
    assertThat(lastChange().after()).contains(observed(service("web", 81), "").object());
  }

  private void startWith(String manifests) {
    source.has(snapshot(manifests, true, Cause.RESYNC));
    watcher.run();
    await().until(() -> status.phase() == Phase.FOLLOWING);
  }

  private void see(String manifest) {
    source.say(new ObjectSeen(observed(manifest, "")));
  }

  private Transaction lastTransaction() {
    return log.transactions().getLast();
  }

  private Change lastChange() {
    List<Change> changes = lastTransaction().changes();
    return changes.getLast();
  }
}
