package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.program.Backend.Facts;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeHealth;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ReporterTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Head HEAD = new Head("c0ffee", 2, 9, true, Optional.empty());
  private static final Instant EVENT_TIME = Instant.parse("2026-03-01T12:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Sink sink = new Sink();
  private volatile NodeHealth health = NodeHealth.of(true, Optional.empty(), Map.of());
  private volatile Map<String, String> options = Map.of("--masquerade-all", "false");

  /** Keeps what is written; fails or waits on request. */
  private static final class Sink implements ReportSink {
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private volatile Optional<Promise<Void>> gate = Optional.empty();
    private volatile boolean broken;
    private volatile boolean closed;

    @Override
    public Future<Void> write(List<LogRecord> some) {
      if (broken) {
        return Future.failedFuture(new IOException("nobody there"));
      }
      records.addAll(some);
      return gate.map(Promise::future).orElseGet(Future::succeededFuture);
    }

    @Override
    public Future<Void> close() {
      closed = true;
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void end() {
    vertx.close().await();
  }

  @Test
  void saysWhatTheKernelHasAcceptedAndFirstBywhatSettings() throws Exception {
    Reporter reporter = reporter(LONG);
    applied(reporter, 7, "aa");
    look(reporter);

    assertThat(settings())
        .singleElement()
        .satisfies(
            settings -> {
              assertThat(settings.fromRevision()).isEqualTo(7);
              assertThat(settings.options()).isEqualTo(options);
              assertThat(settings.mode()).isEqualTo("iptables");
            });
    assertThat(sink.records.getFirst().key()).startsWith("node-1/settings/7/");
    NodeReport report = reports().getFirst();
    assertThat(report.revision()).isEqualTo(7);
    assertThat(report.clusterId()).isEqualTo("c0ffee");
    assertThat(report.epoch()).isEqualTo(2);
    assertThat(report.applied().orElseThrow().digests()).isEqualTo(Map.of("IPv4", "aa"));
    assertThat(report.applied().orElseThrow().revisionTime()).isEqualTo(EVENT_TIME);
    assertThat(report.latencies().count()).isEqualTo(1);
    assertThat(report.leaving()).isFalse();
  }

  @Test
  void beforeAnythingIsAppliedItSaysWhatItWaitsFor() throws Exception {
    health = NodeHealth.of(false, Optional.of("no Node"), Map.of());
    Reporter reporter = reporter(LONG);
    look(reporter);
    assertThat(sink.records).as("nobody knows yet whose log it is").isEmpty();

    on(
        () -> {
          reporter.follow(Optional.of(HEAD));
          return true;
        });

    assertThat(reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.applied()).isEmpty();
              assertThat(report.health().waitingFor()).contains("no Node");
            });
    assertThat(settings()).isEmpty();
  }

  @Test
  void aBurstOfChangesIsToldByTheFirstAndTheLast() throws Exception {
    Reporter reporter = reporter(Duration.ofSeconds(20)); // two seconds between reports
    long start = System.nanoTime();
    for (int revision = 1; revision <= 50; revision++) {
      applied(reporter, revision, "aa");
      look(reporter);
    }
    Duration burst = Duration.ofNanos(System.nanoTime() - start);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> last().revision() == 50);

    assertThat(reports().getFirst().revision()).isEqualTo(1);
    assertThat(reports().size())
        .isLessThanOrEqualTo(2 + (int) burst.dividedBy(Duration.ofSeconds(2)));
  }

  @Test
  void whereNothingChangesItReportsEachInterval() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(50));
    applied(reporter, 1, "aa");
    look(reporter);

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reports().size() >= 4);
    assertThat(settings()).hasSize(1);
    assertThat(reports()).extracting(NodeReport::revision).containsOnly(1L);
    assertThat(reports())
        .extracting(report -> report.applied().orElseThrow().appliedAt())
        .as("when the kernel had it")
        .containsOnly(reports().getFirst().applied().orElseThrow().appliedAt());
  }

  @Test
  void whatIsWrongIsToldToo() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(100));
    applied(reporter, 1, "aa");
    look(reporter);
    health = NodeHealth.of(true, Optional.empty(), Map.of("Service/shop/web IPv4", "EINVAL"));

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !last().health().well());
  }

  @Test
  void eachChangeOfSettingsIsARecordOfItsOwn() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(50));
    applied(reporter, 3, "aa");
    look(reporter);
    applied(reporter, 4, "ab");
    options = Map.of("--masquerade-all", "true");
    applied(reporter, 4, "ac");
    applied(reporter, 5, "ad");

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> settings().size() == 2);
    assertThat(settings()).extracting(NodeSettings::fromRevision).containsExactly(3L, 4L);
  }

  @Test
  void whileNobodyTakesReportsNothingIsLostButTime() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(50));
    sink.broken = true;
    applied(reporter, 3, "aa");
    look(reporter);
    options = Map.of("--masquerade-all", "true");
    applied(reporter, 4, "ab");
    look(reporter);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> registry.get("sluice.report.failures").counter().count() >= 2);
    sink.broken = false;

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !reports().isEmpty());
    assertThat(settings()).extracting(NodeSettings::fromRevision).containsExactly(3L, 4L);
    assertThat(reports().getFirst().revision()).isEqualTo(4);
  }

  @Test
  void oneWriteAtATimeAndTheNewestNext() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(50));
    Promise<Void> gate = Promise.promise();
    sink.gate = Optional.of(gate);
    applied(reporter, 1, "aa");
    look(reporter);
    applied(reporter, 2, "ab");
    look(reporter);
    applied(reporter, 3, "ac");
    look(reporter);
    assertThat(reports()).hasSize(1);
    sink.gate = Optional.empty();
    gate.complete();

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reports().size() >= 2);
    assertThat(reports().get(1).revision()).isEqualTo(3);
  }

  @Test
  void whoLeavesSaysSoAndIsSilentThen() throws Exception {
    Reporter reporter = reporter(Duration.ofMillis(50));
    applied(reporter, 1, "aa");
    look(reporter);
    on(reporter::leave).await();

    assertThat(last().leaving()).isTrue();
    assertThat(sink.closed).isTrue();
    int before = sink.records.size();
    look(reporter);
    assertThat(sink.records).hasSize(before);
  }

  @Test
  void leavingTakesNoLongerThanItMayWhateverTheBrokersDo() throws Exception {
    Reporter reporter = reporter(LONG);
    sink.gate = Optional.of(Promise.promise());
    applied(reporter, 1, "aa");
    look(reporter);

    on(reporter::leave).await(30, TimeUnit.SECONDS);

    assertThat(sink.closed).isTrue();
  }

  @Test
  void anIntervalOfZeroMeansNoReports() throws Exception {
    Reporter reporter = reporter(Duration.ZERO);
    applied(reporter, 1, "aa");
    look(reporter);
    on(reporter::leave).await();

    assertThat(sink.records).isEmpty();
  }

  private Reporter reporter(Duration interval) throws Exception {
    return on(
        () ->
            new Reporter(
                "node-1",
                new ReportSettings(interval, _ -> options),
                sink,
                () -> health,
                vertx,
                registry,
                Clock.systemUTC()));
  }

  private void applied(Reporter reporter, long revision, String digest) throws Exception {
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    delta.replay(new HeadState(new Head("c0ffee", 2, revision, true, Optional.empty())));
    Reconciler.Work work =
        new Reconciler.Work(delta.apply(), Set.of(), false, Looks.NONE, ProxyMode.IPTABLES, true);
    Reconciler.Outcome outcome =
        new Reconciler.Outcome(
            work,
            NodePolicy.NOTHING_KNOWN,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            new NodeProgram(ProxyMode.IPTABLES, Map.of("IPv4", digest), Facts.NONE),
            Looks.NONE,
            new Reconciler.ModeReport(
                ProxyMode.IPTABLES, Optional.empty(), List.of(), Optional.empty()));
    Revision news =
        new Revision(revision, 2, "c0ffee", EVENT_TIME, Cause.OBSERVED, "", Optional.empty());
    on(
        () -> {
          reporter.applied(outcome, List.of(news), EVENT_TIME, Instant.now());
          return true;
        });
  }

  private void look(Reporter reporter) throws Exception {
    on(
        () -> {
          reporter.look();
          return true;
        });
  }

  private <T> T on(Callable<T> action) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        _ -> {
          try {
            done.complete(action.call());
          } catch (Exception e) {
            done.fail(e);
          }
        });
    return done.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private final io.vertx.core.Context context = vertx.getOrCreateContext();

  private NodeReport last() {
    return reports().getLast();
  }

  private List<NodeReport> reports() {
    List<NodeReport> reports = new ArrayList<>();
    for (NodeEntry entry : entries()) {
      if (entry instanceof NodeEntry.Reported(NodeReport report)) {
        reports.add(report);
      }
    }
    return reports;
  }

  private List<NodeSettings> settings() {
    List<NodeSettings> settings = new ArrayList<>();
    for (NodeEntry entry : entries()) {
      if (entry instanceof NodeEntry.Configured(NodeSettings one)) {
        settings.add(one);
      }
    }
    return settings;
  }

  private List<NodeEntry> entries() {
    List<NodeEntry> entries = new ArrayList<>();
    for (LogRecord record : sink.records) {
      try {
        entries.add(new NodeCodec().decode(record));
      } catch (UndecodableRecordException e) {
        throw new AssertionError(e);
      }
    }
    return entries;
  }
}
