package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.runtime.Progress;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.system.FakeBackend.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When an applier writes; what it writes is of no interest here. */
@SystemTest
class ApplierFollowSystemTest {
  private static final String SERVICE_CHANGES = "kubeproxy.sync.proxy.rules.service.changes";

  private final FakeBackend backend = new FakeBackend();

  @Test
  void changesThatComeWhileTheKernelIsWrittenGoIntoTheNextWriteTogether(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {
      backend.holdWrites();
      scribe.publish(Manifests.service("first", "10.96.1.1"));
      Await.until().until(backend::holdsOne);
      for (int i = 1; i <= 50; i++) {
        scribe.publish(Manifests.service("service-" + i, "10.96.2." + i));
      }
      Await.until().until(() -> applier.count(SERVICE_CHANGES) >= 51);

      backend.release();

      applier.awaitApplied(52);
      assertThat(backend.writes()).hasSize(3);
      assertThat(backend.writes().get(1).services()).containsExactly("shop/first");
      assertThat(backend.writes().get(2).services()).hasSize(50);
    }
  }

  @Test
  void betweenTwoWritesThereIsTheMinSyncPeriodAndNothingIsLost(TestLog log) throws Exception {
    Duration minSync = Duration.ofMillis(500);
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier =
        RunningApplier.startWithMinSyncPeriod(log, List.of(backend), minSync).awaitApplied(1)) {

      for (int i = 1; i <= 20; i++) {
        scribe.publish(Manifests.service("service-" + i, "10.96.2." + i));
      }

      applier.awaitApplied(21);
      assertThat(backend.writes().stream().flatMap(write -> write.services().stream()))
          .hasSize(20)
          .doesNotHaveDuplicates();
      assertPausesOfAtLeast(minSync);
    }
  }

  private void assertPausesOfAtLeast(Duration pause) {
    for (int i = 1; i < backend.writes().size(); i++) {
      long nanos = backend.writes().get(i).startNanos() - backend.writes().get(i - 1).endNanos();
      // clocks differ: the pause is counted by the wall's
      assertThat(nanos).isGreaterThan(pause.toNanos() * 9 / 10);
    }
  }

  @Test
  void afterErrorsItWaitsLongerEachTimeAndThenCatchesUp(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {
      backend.failNext(4);

      scribe.publish(Manifests.service("web", "10.96.0.80"));

      applier.awaitApplied(2);
      assertThat(backend.attempts()).hasSize(6);
      assertThat(backend.writes()).hasSize(2);
      assertThat(backend.writes().getLast().services()).containsExactly("shop/web");
      assertThat(applier.timedChanges()).as("its time includes the waits").isEqualTo(1);
      assertThat(pauseBefore(3)).isGreaterThan(Duration.ofMillis(90));
      assertThat(pauseBefore(4)).isGreaterThan(Duration.ofMillis(190));
      assertThat(pauseBefore(5)).isGreaterThan(Duration.ofMillis(390));
    }
  }

  private Duration pauseBefore(int attempt) {
    List<Attempt> attempts = backend.attempts();
    return Duration.ofNanos(
        attempts.get(attempt).startNanos() - attempts.get(attempt - 1).endNanos());
  }

  @Test
  @Conformance(Row.H2)
  void whileTheKernelRefusesHealthSaysWhyAndTheWaitAges(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    Duration period = Duration.ofMillis(200);
    try (RunningApplier applier =
        RunningApplier.startWithSyncPeriod(log, List.of(backend), period).awaitApplied(1)) {
      assertThat(applier.progress().ready(Instant.now(), period)).isTrue();
      backend.failNext(Integer.MAX_VALUE);

      scribe.publish(Manifests.service("web", "10.96.0.80"));

      Await.until().until(() -> applier.progress().lastError().isPresent());
      Instant since = applier.progress().pendingSince().orElseThrow();
      Await.until().until(() -> !applier.progress().ready(Instant.now(), period));
      Progress unwell = applier.progress();
      assertThat(unwell.pendingSince()).as("since the change, not the last try").contains(since);
      assertThat(unwell.lastError().orElseThrow()).contains("bad mood");
      assertThat(unwell.revision()).isEqualTo(1);

      backend.failNext(0);

      applier.awaitApplied(2);
      assertThat(applier.progress().ready(Instant.now(), period)).isTrue();
      assertThat(applier.progress().lastError()).isEmpty();
      assertThat(applier.progress().pendingSince()).isEmpty();
    }
  }

  @Test
  void whatTheKernelRefusesIsNamedInHealthAndMetricsAndHoldsBackNothing(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {
      backend.refuse(new Refusal("Service/shop/web", "no such match"));

      scribe.publish(Manifests.service("web", "10.96.0.80"));
      applier.awaitApplied(2);

      assertThat(applier.progress().refused())
          .isEqualTo(Map.of("Service/shop/web IPv4", "no such match"));
      assertThat(applier.progress().healthy(Instant.now(), Duration.ofSeconds(30))).isTrue();
      assertThat(applier.refusedObjects()).containsExactly("Service/shop/web");

      backend.refuse();
      scribe.publish(Manifests.service("mail", "10.96.0.25"));
      applier.awaitApplied(3);

      assertThat(applier.progress().refused()).isEmpty();
      assertThat(applier.refusedObjects()).isEmpty();
    }
  }

  @Test
  void whatCouldNotBeReadBackIsReadAgainBeforeAllIsWell(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    Duration period = Duration.ofSeconds(1);
    try (RunningApplier applier =
        RunningApplier.startWithSyncPeriod(log, List.of(backend), period).awaitApplied(1)) {
      backend.failNextRepairs(3);

      Await.until().until(() -> applier.progress().lastError().isPresent());
      Await.until().until(() -> applier.progress().lastError().isEmpty());

      assertThat(backend.repairs()).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  @Conformance(Row.H2)
  void aWriteThatHangsIsSeenInHealth(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    Duration period = Duration.ofMillis(200);
    try (RunningApplier applier =
        RunningApplier.startWithSyncPeriod(log, List.of(backend), period).awaitApplied(1)) {
      backend.holdWrites();

      scribe.publish(Manifests.service("web", "10.96.0.80"));

      Await.until().until(() -> !applier.progress().ready(Instant.now(), period));
      backend.release();
      applier.awaitApplied(2);
      Await.until().until(() -> applier.progress().ready(Instant.now(), period));
    }
  }
}
