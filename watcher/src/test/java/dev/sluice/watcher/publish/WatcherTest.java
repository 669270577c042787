package dev.sluice.watcher.publish;

import static dev.sluice.watcher.Manifests.observed;
import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.Manifests.services;
import static dev.sluice.watcher.publish.ScriptedSource.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.lease.NoElection;
import dev.sluice.watcher.publish.MemoryLog.Transaction;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatcherTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  private final Vertx vertx = Vertx.vertx();
  private final MemoryLog log = new MemoryLog(vertx);
  private final ScriptedSource source = new ScriptedSource(vertx, log);
  private final WatcherStatus status = new WatcherStatus();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Optional<Watcher> watcher = Optional.empty();

  @AfterEach
  void close() throws Exception {
    watcher
        .map(Watcher::close)
        .orElseGet(Future::succeededFuture)
        .compose(done -> vertx.close())
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void theClusterIsListedOnlyAfterTheLogWasTakenOverAndRead() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));

    start(false);
    awaitPhase(Phase.FOLLOWING);

    assertThat(log.calls())
        .containsExactly("prepare", "read", "takeOver", "read", "list", "write 1");
    assertThat(log.state().head().map(WatcherTest::undecided))
        .contains(new Head("here", 1, 1, true, Optional.empty()));
    assertThat(log.state().image().keys()).containsExactly(WEB);
  }

  @Test
  void theHeadIsCompleteOnlyWithTheLastChunkOfTheFirstSnapshot() {
    source.has(snapshot(services(1100), true, Cause.RESYNC));

    start(false);
    awaitPhase(Phase.FOLLOWING);

    assertThat(log.transactions())
        .extracting(t -> t.changes().size(), t -> t.head().revision(), t -> t.head().complete())
        .containsExactly(
            tuple(500, 500L, false), tuple(500, 1000L, false), tuple(100, 1100L, true));
  }

  @Test
  void aTakeOverWithNothingToPublishWritesTheHeadWithTheNewEpoch() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);
    stop();

    start(false);
    await().until(() -> log.transactions().size() == 2);

    Transaction last = log.transactions().getLast();
    assertThat(last.changes()).isEmpty();
    assertThat(undecided(last.head())).isEqualTo(new Head("here", 2, 1, true, Optional.empty()));
  }

  @Test
  void aLogThatIsCompleteStaysSoInEveryChunkOfALaterTakeOver() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);
    stop();

    source.has(snapshot(services(600) + "---\n" + service("web", 80), true, Cause.RESYNC));
    start(false);
    await().until(() -> log.transactions().size() == 3);

    assertThat(log.transactions()).allMatch(t -> t.head().complete());
  }

  @Test
  void aSnapshotThatIsNotWholeLeavesTheLogIncompleteUntilOneIs() {
    source.has(snapshot(service("web", 80), false, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.INCOMPLETE);
    assertThat(log.transactions().getLast().head().complete()).isFalse();
    assertThat(status.healthy()).isFalse();

    source.say(snapshot(service("web", 80), true, Cause.OBSERVED));
    awaitPhase(Phase.FOLLOWING);

    assertThat(log.transactions().getLast().head().complete()).isTrue();
    assertThat(log.transactions().getLast().changes()).isEmpty();
  }

  @Test
  void changesThatPileUpBehindATransactionAreTheNextOne() {
    start(false);
    awaitPhase(Phase.FOLLOWING);
    Promise<Void> release = log.holdWrites();

    for (int i = 1; i <= 10; i++) {
      source.say(new ObjectSeen(observed(service("web", 80 + i), Integer.toString(i))));
    }
    source.say(new ObjectGone(WEB, "11"));
    await().until(() -> registry.get("sluice.watcher.pending.events").gauge().value() == 0);
    release.complete();
    await().until(() -> log.state().image().revision() == 11);

    List<Transaction> batches = log.transactions().subList(1, log.transactions().size());
    assertThat(batches).extracting(t -> t.changes().size()).containsExactly(1, 10);
    assertThat(batches.getLast().changes().getLast()).isInstanceOf(Change.Deleted.class);
    assertThat(log.state().image().keys()).isEmpty();
    assertThat(counter("changes", "cause", "observed")).isEqualTo(11);
  }

  @Test
  void afterAFailedWriteEverythingIsReadAnewAndNothingIsLostOrRepeated() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);

    log.failWrites(1, false);
    source.has(snapshot(service("web", 81), true, Cause.RESYNC));
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    await().until(() -> log.transactions().size() == 2);

    Transaction second = log.transactions().getLast();
    assertThat(undecided(second.head())).isEqualTo(new Head("here", 2, 2, true, Optional.empty()));
    assertThat(second.changes()).hasSize(1);
    assertThat(second.changes().getFirst().revision().cause()).isEqualTo(Cause.RESYNC);
  }

  @Test
  void aCommitThatWasReportedAsFailedIsNotPublishedTwice() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);

    log.failWrites(1, true);
    source.has(snapshot(service("web", 81), true, Cause.RESYNC));
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    await().until(() -> log.transactions().size() == 3);

    assertThat(log.transactions().getLast().changes()).isEmpty();
    assertThat(log.state().head().map(WatcherTest::undecided))
        .contains(new Head("here", 2, 2, true, Optional.empty()));
  }

  @Test
  void aBrokerThatStaysAwayIsTriedAgainWithTheReasonShown() {
    log.failWrites(2, false);
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));

    start(false);
    await().until(() -> text().contains("the broker is away"));

    assertThat(status.healthy()).isFalse();
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().head().orElseThrow().epoch()).isEqualTo(1);
  }

  @Test
  void aSilentLogIsUnhealthyEvenWithNothingToWrite() {
    start(false);
    awaitPhase(Phase.FOLLOWING);
    assertThat(status.healthy()).isTrue();

    log.hasBeenSilentFor(Duration.ofSeconds(12));

    assertThat(status.report().ok()).isFalse();
    assertThat(text()).contains("has not answered for 12 s");
  }

  @Test
  void aWatcherThatAnotherTookOverFromEndsForGood() {
    Future<Void> end = start(false);
    awaitPhase(Phase.FOLLOWING);

    log.fence();
    source.say(new ObjectSeen(observed(service("web", 80), "")));

    await().until(end::isComplete);
    assertThat(end.cause()).isInstanceOf(FencedException.class);
    assertThat(status.phase()).isEqualTo(Phase.ENDED);
    assertThat(log.state().image().keys()).isEmpty();
  }

  @Test
  void aWatcherWithNothingToWriteNoticesItsSuccessor() {
    Future<Void> end = start(false);
    awaitPhase(Phase.FOLLOWING);

    log.supersede();

    await().until(end::isComplete);
    assertThat(end.cause()).isInstanceOf(FencedException.class);
  }

  @Test
  void aLogOfAnotherClusterIsNeitherFencedNorWritten() {
    log.set(PublishedState.EMPTY.after(List.of(), new Head("there", 5, 9, true, Optional.empty())));

    start(false);
    await().until(() -> text().contains("\"there\""));

    assertThat(text()).contains("\"here\"");
    assertThat(log.calls()).doesNotContain("takeOver", "list");
    source.isCalled("there");
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().head().map(WatcherTest::undecided))
        .contains(new Head("there", 6, 9, true, Optional.empty()));
  }

  @Test
  void aMassDeletionIsRefusedUntilItHeals() {
    source.has(snapshot(services(40), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);

    source.has(snapshot(services(5), true, Cause.OBSERVED));
    source.say(snapshot(services(5), true, Cause.OBSERVED));
    awaitPhase(Phase.REFUSED);

    assertThat(status.healthy()).isFalse();
    assertThat(text()).contains("35 of 40 Services", "--allow-mass-delete");
    assertThat(registry.get("sluice.watcher.guard.refusals").counter().count()).isEqualTo(1);
    source.say(new ObjectSeen(observed(service("web", 80), "")));
    source.has(snapshot(services(39) + "---\n" + service("web", 80), true, Cause.OBSERVED));
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().image().keys()).hasSize(40).contains(WEB);
  }

  @Test
  void aMassDeletionAtTakeOverWritesNothingAtAll() {
    source.has(snapshot(services(40), true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.FOLLOWING);
    stop();

    source.has(snapshot("", true, Cause.RESYNC));
    start(false);
    awaitPhase(Phase.REFUSED);
    assertThat(log.state().head().map(WatcherTest::undecided))
        .contains(new Head("here", 1, 40, true, Optional.empty()));
    stop();

    start(true);
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().image().keys()).isEmpty();
  }

  @Test
  void problemsOfTheSourceAreShownAndCounted() {
    start(false);
    awaitPhase(Phase.FOLLOWING);

    source.say(new Problem("web.yaml", "line 3: no"));
    await().until(() -> text().contains("web.yaml=line 3: no"));
    assertThat(registry.get("sluice.watcher.source.problems").gauge().value()).isEqualTo(1);
    source.say(new ProblemSolved("web.yaml"));

    await().until(() -> status.problems().isEmpty());
    assertThat(status.healthy()).isTrue();
  }

  private Future<Void> start(boolean allowMassDelete) {
    Watcher started =
        new Watcher(
            vertx,
            new NoElection(),
            log::open,
            source::open,
            new Publishing(
                new MassDeletionGuard(allowMassDelete),
                AutoMode.DEFAULT,
                status,
                new WatcherMetrics(registry, status),
                Clock.systemUTC()));
    watcher = Optional.of(started);
    return started.run();
  }

  /** What the mode auto means is of no interest here. */
  private static Head undecided(Head head) {
    return new Head(
        head.clusterId(), head.epoch(), head.revision(), head.complete(), Optional.empty());
  }

  private void stop() {
    Future<Void> closed = watcher.orElseThrow().close();
    await().until(closed::isComplete);
  }

  private void awaitPhase(Phase phase) {
    await().alias("now " + text()).until(() -> status.phase() == phase);
  }

  private String text() {
    return status.report().body().toString();
  }

  private double counter(String name, String tag, String value) {
    return registry.get("sluice.watcher." + name).tag(tag, value).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }
}
