package dev.sluice.watcher.publish;

import static dev.sluice.watcher.Manifests.observed;
import static dev.sluice.watcher.Manifests.service;
import static dev.sluice.watcher.Manifests.services;
import static dev.sluice.watcher.publish.ScriptedSource.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.lease.NoElection;
import dev.sluice.watcher.publish.MemoryLog.Transaction;
import dev.sluice.watcher.publish.WatcherStatus.Phase;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the head says of the mode auto, and from which transaction on. */
class ModeDecisionTest {
  private static final AutoMode LIMITS = new AutoMode(5, 3);

  private final Vertx vertx = Vertx.vertx();
  private final MemoryLog log = new MemoryLog(vertx);
  private final ScriptedSource source = new ScriptedSource(vertx, log);
  private WatcherStatus status = new WatcherStatus();
  private SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Optional<Watcher> watcher = Optional.empty();

  @AfterEach
  void close() throws Exception {
    stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theFirstCompleteHeadDecidesAndSaysWhy() {
    source.has(snapshot(services(4), true, Cause.RESYNC));

    start(LIMITS);

    assertThat(head().proxyMode()).contains("iptables");
    assertThat(head().proxyModeReason()).contains(new ModeReason(4, 5, 4));
    assertThat(registry.get("sluice.watcher.services").gauge().value()).isEqualTo(4);
    assertThat(gauge("iptables")).isEqualTo(1);
    assertThat(gauge("ipvs")).isZero();
  }

  @Test
  void beforeTheLogIsCompleteNothingIsDecided() {
    source.has(snapshot(services(9), false, Cause.RESYNC));
    startUntil(LIMITS, Phase.INCOMPLETE);
    assertThat(head().proxyMode()).isEmpty();

    source.say(snapshot(services(9), true, Cause.OBSERVED));
    await().until(() -> status.phase() == Phase.FOLLOWING);

    assertThat(head().proxyMode()).contains("ipvs");
    assertThat(head().proxyModeReason()).contains(new ModeReason(9, 5, 9));
  }

  @Test
  void theTransactionThatCrossesALimitDecidesAndTheOthersKeepIt() {
    source.has(snapshot(services(4), true, Cause.RESYNC));
    start(LIMITS);

    seen("five", 5);
    seen("six", 6);
    gone("six", 7);
    gone("five", 8);
    gone("svc-0", 9);
    seen("back", 10);
    gone("svc-1", 11);
    gone("svc-2", 12);

    assertThat(modes())
        .containsExactly(
            "4 iptables",
            "5 ipvs",
            "6 ipvs",
            "7 ipvs",
            "8 ipvs",
            "9 ipvs",
            "10 ipvs",
            "11 ipvs",
            "12 iptables");
    assertThat(head().proxyModeReason()).contains(new ModeReason(2, 3, 12));
    Transaction ninth = log.transactions().get(5);
    assertThat(ninth.head().proxyModeReason()).contains(new ModeReason(5, 5, 5));
  }

  @Test
  void servicesThatNoProxyServesDoNotCount() {
    source.has(snapshot(services(4), true, Cause.RESYNC));
    start(LIMITS);

    for (int i = 0; i < 3; i++) {
      String headless = service("headless-" + i, 80).replace("10.96.0.1", "None");
      publish(new ObjectSeen(observed(headless, "")), 5 + i);
    }

    assertThat(head().proxyMode()).contains("iptables");
    assertThat(registry.get("sluice.watcher.services").gauge().value()).isEqualTo(4);
  }

  @Test
  void aSnapshotThatReplacesServicesDoesNotCrossTheLimitInItsMidst() {
    source.has(snapshot(services(800), true, Cause.RESYNC));
    AutoMode limits = new AutoMode(1000, 800);
    start(limits);
    String others = services(800).replace("svc-", "new-");

    source.say(snapshot(others, true, Cause.OBSERVED));
    await().until(() -> log.state().image().revision() == 2400);

    assertThat(modes()).allMatch(mode -> mode.endsWith(" iptables") || mode.endsWith(" none"));
    assertThat(head().proxyModeReason()).contains(new ModeReason(800, 1000, 800));
  }

  @Test
  void aTakeOverContinuesTheModeBetweenTheLimits() {
    source.has(snapshot(services(5), true, Cause.RESYNC));
    start(LIMITS);
    stop();

    source.has(snapshot(services(4), true, Cause.RESYNC));
    start(LIMITS);

    assertThat(head().proxyMode()).contains("ipvs");
    assertThat(head().proxyModeReason()).contains(new ModeReason(5, 5, 5));
    assertThat(head().epoch()).isEqualTo(2);
  }

  @Test
  void aTakeOverOfALogWithoutADecisionDecides() {
    source.has(snapshot(services(4), true, Cause.RESYNC));
    start(LIMITS);
    stop();
    Head old = new Head("here", 1, 4, true, Optional.empty());
    log.set(log.state().after(List.of(), old));

    start(LIMITS);

    assertThat(head().proxyMode()).contains("iptables");
    assertThat(head().proxyModeReason()).contains(new ModeReason(4, 5, 4));
  }

  @Test
  void otherLimitsDecideAtTheNextTakeOver() {
    source.has(snapshot(services(4), true, Cause.RESYNC));
    start(LIMITS);
    stop();

    start(new AutoMode(4, 2));

    assertThat(head().proxyMode()).contains("ipvs");
    assertThat(head().proxyModeReason()).contains(new ModeReason(4, 4, 4));
    assertThat(log.transactions().getLast().changes()).isEmpty();
  }

  private void seen(String name, long revision) {
    publish(new ObjectSeen(observed(service(name, 80), "")), revision);
  }

  private void gone(String name, long revision) {
    publish(new ObjectGone(ObjectKey.service("shop", name), ""), revision);
  }

  private void publish(dev.sluice.watcher.source.SourceEvent event, long revision) {
    source.say(event);
    await().until(() -> log.state().image().revision() == revision);
  }

  /** Each transaction's revision and mode. */
  private List<String> modes() {
    return log.transactions().stream()
        .map(Transaction::head)
        .map(head -> head.revision() + " " + head.proxyMode().orElse("none"))
        .toList();
  }

  private Head head() {
    return log.state().head().orElseThrow();
  }

  private double gauge(String mode) {
    return registry.get("sluice.watcher.auto.mode").tag("mode", mode).gauge().value();
  }

  private void start(AutoMode limits) {
    startUntil(limits, Phase.FOLLOWING);
  }

  private void startUntil(AutoMode limits, Phase phase) {
    status = new WatcherStatus();
    registry = new SimpleMeterRegistry();
    WatcherMetrics metrics = new WatcherMetrics(registry, status);
    Publishing publishing =
        new Publishing(new MassDeletionGuard(true), limits, status, metrics, Clock.systemUTC());
    Watcher started = new Watcher(vertx, new NoElection(), log::open, source::open, publishing);
    watcher = Optional.of(started);
    Future<Void> _ = started.run();
    await().until(() -> status.phase() == phase);
  }

  private void stop() {
    watcher.ifPresent(
        running -> {
          Future<Void> closed = running.close();
          await().until(closed::isComplete);
        });
  }
}
