package dev.sluice.watcher.publish;

import static dev.sluice.watcher.Manifests.observed;
import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.publish.ScriptedSource.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Cause;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ObjectKey.Kind;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatcherElectionTest {
  private final Vertx vertx = Vertx.vertx();
  private final MemoryLog log = new MemoryLog(vertx);
  private final ScriptedSource source = new ScriptedSource(vertx, log);
  private final ScriptedElection election = new ScriptedElection(vertx, log);
  private final WatcherStatus status = new WatcherStatus();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Watcher watcher = watcher(false);
  private Future<Void> end = Future.succeededFuture();

  @BeforeEach
  void start() {
    source.has(snapshot(service("web", 80), true, Cause.RESYNC));
    end = watcher.run();
    awaitPhase(Phase.STANDBY);
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
  void aStandbyIsHealthyAndTouchesNeitherLogNorCluster() {
    assertThat(status.report().ok()).isTrue();
    assertThat(text()).contains("status=standby", "leader=another");
    assertThat(log.calls()).containsExactly("stand");
    assertThat(gauge("leader")).isZero();
    assertThat(gauge("elected")).isZero();
    assertThat(gauge("ready")).isZero();
  }

  @Test
  void whoIsElectedTakesOverInTheOnlySafeOrder() {
    election.win();
    awaitPhase(Phase.FOLLOWING);

    assertThat(log.calls())
        .containsExactly("stand", "prepare", "read", "takeOver", "read", "list", "write 1");
    assertThat(gauge("leader")).isOne();
    assertThat(gauge("elected")).isOne();
    assertThat(counter("takeovers")).isOne();
  }

  @Test
  void whoLosesTheLeaseStopsAndStandsAgain() {
    election.win();
    awaitPhase(Phase.FOLLOWING);

    election.lose();
    awaitStanding(2);

    assertThat(log.calls()).endsWith("close", "withdraw", "stand");
    assertThat(status.report().ok()).isTrue();
    assertThat(gauge("elected")).isZero();
    assertThat(counter("leadership.lost")).isOne();
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    election.win();
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().head().orElseThrow().epoch()).isEqualTo(2);
    assertThat(end.isComplete()).isFalse();
  }

  @Test
  void aWriteThatIsUnderWayWhenTheLeaseIsLostIsRefusedAndCounted() {
    election.win();
    awaitPhase(Phase.FOLLOWING);
    int before = log.transactions().size();
    Promise<Void> held = log.holdWrites();
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    await().until(() -> log.calls().contains("write 1"));

    log.fence();
    election.lose();
    awaitStanding(2);
    held.complete();

    await().until(() -> counter("writes.fenced") == 1);
    assertThat(log.transactions()).hasSize(before);
  }

  @Test
  void whoIsFencedGivesWayAndStandsAgain() {
    election.win();
    awaitPhase(Phase.FOLLOWING);

    log.fence();
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    awaitStanding(2);

    assertThat(log.calls()).endsWith("close", "withdraw", "stand");
    assertThat(counter("writes.fenced")).isOne();
    assertThat(end.isComplete()).isFalse();
    assertThat(status.phase()).isEqualTo(Phase.STANDBY);
  }

  @Test
  void whoFailsAfterPublishingTakesOverAgainWithoutAnElection() {
    election.win();
    awaitPhase(Phase.FOLLOWING);

    log.failWrites(1, false);
    source.has(snapshot(service("web", 81), true, Cause.RESYNC));
    source.say(new ObjectSeen(observed(service("web", 81), "")));
    await().until(() -> log.state().head().orElseThrow().epoch() == 2);

    assertThat(election.candidacies()).isEqualTo(1);
    assertThat(log.calls()).doesNotContain("withdraw");
  }

  @Test
  void whoCantTakeOverLetsAnotherTry() {
    log.failWrites(1, false);

    election.win();
    awaitStanding(2);

    assertThat(log.calls()).endsWith("close", "withdraw", "stand");
    assertThat(text()).contains("the broker is away");
    election.win();
    awaitPhase(Phase.FOLLOWING);
    assertThat(text()).doesNotContain("the broker is away");
  }

  @Test
  void whoSeesThePastPublishesNothingAndLetsAnotherTry() {
    source.has(at("200", service("web", 80)));
    election.win();
    awaitPhase(Phase.FOLLOWING);
    source.say(new ObjectSeen(observed(service("new", 80), "210")));
    await().until(() -> log.state().image().revision() == 2);
    election.lose();
    awaitStanding(2);
    int before = log.transactions().size();

    source.has(at("205", service("web", 80)));
    election.win();
    awaitStanding(3);

    assertThat(log.transactions()).hasSize(before);
    assertThat(text()).contains("version 205", "version 210", "lags behind");
    source.has(at("210", service("web", 80) + "---\n" + service("new", 80)));
    election.win();
    awaitPhase(Phase.FOLLOWING);
    assertThat(log.state().image().revision()).isEqualTo(2);
  }

  @Test
  void whoIsToldThatTheClusterWasRestoredPublishesItsPast() throws Exception {
    source.has(at("200", service("web", 80)));
    election.win();
    awaitPhase(Phase.FOLLOWING);
    Future<Void> closed = watcher.close();
    await().until(closed::isComplete);

    source.has(at("100", service("old", 80)));
    Watcher told = watcher(true);
    var _ = told.run();
    awaitPhase(Phase.STANDBY);
    election.win();
    awaitPhase(Phase.FOLLOWING);

    assertThat(log.state().image().keys()).containsExactly(ObjectKey.service("shop", "old"));
    told.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theLeaseIsGivenBackOnlyWhenTheTermIsOver() {
    election.win();
    awaitPhase(Phase.FOLLOWING);

    Future<Void> closed = watcher.close();
    await().until(closed::isComplete);

    assertThat(log.calls()).endsWith("close", "withdraw");
    assertThat(end.succeeded()).isTrue();
  }

  private Watcher watcher(boolean olderVersions) {
    return new Watcher(
        vertx,
        election,
        log::open,
        source::open,
        new Publishing(
            new MassDeletionGuard(true),
            AutoMode.DEFAULT,
            status,
            new WatcherMetrics(registry, status),
            Clock.systemUTC(),
            olderVersions));
  }

  private static Snapshot at(String version, String manifests) {
    Snapshot snapshot = snapshot(manifests, true, Cause.RESYNC);
    return new Snapshot(
        snapshot.objects(),
        snapshot.unreadable(),
        snapshot.whole(),
        snapshot.cause(),
        Map.of(Kind.SERVICE, version));
  }

  private void awaitStanding(int candidacies) {
    await().until(() -> election.candidacies() == candidacies && status.phase() == Phase.STANDBY);
  }

  private void awaitPhase(Phase phase) {
    await().alias("now " + text()).until(() -> status.phase() == phase);
  }

  private String text() {
    return status.report().body().toString();
  }

  private double gauge(String name) {
    return registry.get("sluice.watcher." + name).gauge().value();
  }

  private double counter(String name) {
    return registry.get("sluice.watcher." + name).counter().count();
  }
}
