package dev.sluice.applier.runtime;

import dev.sluice.applier.program.ProgramFormat;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.log.NodesWriter;
import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeHealth;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what the kernel has accepted, and how the node is: soon after each change, but not more
 * often than a part of the interval, and at least once an interval. Forwarding never waits for it,
 * and does not notice if it fails. For the applier's context.
 */
final class Reporter {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  /** What could not be written for so long that more has come is of the past. */
  private static final int MOST_UNWRITTEN = 100;

  /** Nodes that reported the same change together should not go on doing so. */
  private static final double SPREAD = 0.2;

  private static final Duration LEAVE_LIMIT = Duration.ofMillis(800);

  private final String nodeName;
  private final ReportSettings how;
  private final ReportSink sink;
  private final Supplier<NodeHealth> health;
  private final Clock clock;
  private final Vertx vertx;
  private final Wakeup wakeup;
  private final Counter written;
  private final Counter failures;
  private final NodeCodec codec = new NodeCodec();
  private final LatencyWindow latencies = new LatencyWindow();
  private final Deque<NodeSettings> unwritten = new ArrayDeque<>();
  private Optional<Head> head = Optional.empty();
  private Optional<AppliedProgram> applied = Optional.empty();
  private Optional<NodeSettings> inForce = Optional.empty();
  private Optional<NodeReport> last = Optional.empty();
  private Instant notBefore = Instant.EPOCH;
  private Instant due = Instant.EPOCH;
  private Future<Void> underWay = Future.succeededFuture();
  private boolean writing;
  private boolean failing;
  private boolean closed;

  /**
   * @param health how the node is now
   */
  Reporter(
      String nodeName,
      ReportSettings how,
      ReportSink sink,
      Supplier<NodeHealth> health,
      Vertx vertx,
      MeterRegistry registry,
      Clock clock) {
    this.nodeName = nodeName;
    this.how = how;
    this.sink = sink;
    this.health = health;
    this.clock = clock;
    this.vertx = vertx;
    wakeup = new Wakeup(vertx, clock, this::look);
    written = counter(registry, "sluice.reports", "Reports written to the nodes topic");
    failures = counter(registry, "sluice.report.failures", "Times a report could not be written");
  }

  /** One that writes to the nodes topic. */
  static Reporter of(
      ApplierSettings settings,
      Vertx vertx,
      Supplier<NodeHealth> health,
      MeterRegistry registry,
      Clock clock) {
    NodesWriter writer = new NodesWriter(vertx, settings.kafka(), settings.topics());
    return new Reporter(
        settings.nodeName(),
        settings.reports(),
        ReportSink.of(writer),
        health,
        vertx,
        registry,
        clock);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /**
   * The kernel has accepted a revision.
   *
   * @param news the changes that it brought; none where they were not news
   * @param eventTime that of the revision
   */
  void applied(Reconciler.Outcome outcome, List<Revision> news, Instant eventTime, Instant now) {
    NodeProgram program = outcome.program();
    long revision = outcome.work().image().revision();
    head = outcome.work().image().head();
    news.forEach(change -> latencies.add(Duration.between(change.time(), now), now));
    Instant since =
        applied.filter(before -> before.revision() == revision).isPresent()
                && applied.filter(b -> b.digests().equals(program.digests())).isPresent()
            ? applied.orElseThrow().appliedAt()
            : now;
    applied =
        Optional.of(
            new AppliedProgram(
                revision,
                eventTime,
                since,
                program.mode().toString(),
                program.digests(),
                ProgramFormat.VERSION));
    head.ifPresent(known -> configured(known, program, revision, now));
  }

  /** The kernel has a revision for which there was nothing to write. */
  void passedOver(long revision, Instant eventTime) {
    applied =
        applied.map(
            before ->
                new AppliedProgram(
                    revision,
                    eventTime,
                    before.appliedAt(),
                    before.mode(),
                    before.digests(),
                    before.format()));
    look();
  }

  private void configured(Head known, NodeProgram program, long revision, Instant now) {
    NodeSettings settings =
        new NodeSettings(
            nodeName,
            known.clusterId(),
            known.epoch(),
            revision,
            now,
            program.mode().toString(),
            ProgramFormat.VERSION,
            how.options().of(program));
    if (inForce.filter(settings::sameAs).isEmpty()) {
      inForce = Optional.of(settings);
      unwritten.addLast(settings);
      if (unwritten.size() > MOST_UNWRITTEN) {
        LOG.warn("report settings={} are lost: too many wait", unwritten.removeFirst());
      }
    }
  }

  /** The log's head, before anything is applied. */
  void follow(Optional<Head> known) {
    head = known;
    look();
  }

  /** Something may have changed: reports it if it has, when it may. */
  void look() {
    if (closed || writing || how.interval().isZero() || head.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    NodeReport report = report(head.orElseThrow(), now, false);
    boolean news =
        !unwritten.isEmpty() || last.filter(before -> sameNews(before, report)).isEmpty();
    Instant when = news ? min(notBefore, due) : due;
    if (when.isAfter(now)) {
      wakeup.at(Optional.of(when));
    } else {
      write(report, now);
    }
  }

  private void write(NodeReport report, Instant now) {
    writing = true;
    last = Optional.of(report);
    notBefore = now.plus(how.gap());
    due = now.plus(spread(how.interval()));
    List<NodeSettings> settings = List.copyOf(unwritten);
    underWay = sink.write(records(settings, report));
    underWay.onComplete(result -> done(settings, result));
  }

  private List<LogRecord> records(List<NodeSettings> settings, NodeReport report) {
    List<LogRecord> records = new ArrayList<>();
    // first, so that no report is there without the settings by which it came about
    settings.forEach(each -> records.add(codec.encode(each)));
    records.add(codec.encode(report));
    return records;
  }

  private void done(List<NodeSettings> settings, AsyncResult<Void> result) {
    writing = false;
    if (result.succeeded()) {
      settings.forEach(unwritten::remove);
      written.increment();
      if (failing) {
        LOG.info("report written again");
      }
    } else {
      failures.increment();
      notBefore = due; // whoever can't be reached is not asked more often than that
      if (!failing && !closed) {
        LOG.warn("report error=\"{}\"; forwarding goes on", result.cause().getMessage());
      }
    }
    failing = result.failed();
    look();
  }

  private NodeReport report(Head known, Instant now, boolean leaving) {
    return new NodeReport(
        nodeName,
        known.clusterId(),
        known.epoch(),
        applied,
        health.get(),
        latencies.at(now),
        now,
        how.interval().toMillis(),
        leaving);
  }

  /** Whether a reader would learn nothing from the second but that time has passed. */
  private static boolean sameNews(NodeReport one, NodeReport other) {
    return one.applied().equals(other.applied())
        && one.health().equals(other.health())
        && one.epoch() == other.epoch()
        && one.clusterId().equals(other.clusterId());
  }

  private static Duration spread(Duration interval) {
    double factor = 1 - SPREAD * ThreadLocalRandom.current().nextDouble();
    return Duration.ofMillis(Math.max(1, (long) (interval.toMillis() * factor)));
  }

  private static Instant min(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Says that nobody keeps the rules up to date any more, and closes; within two seconds. */
  Future<Void> leave() {
    closed = true;
    wakeup.at(Optional.empty());
    Future<Void> said =
        last.isEmpty() || failing
            ? Future.succeededFuture()
            : underWay
                .otherwiseEmpty()
                .compose(
                    _ ->
                        sink.write(
                            records(
                                List.copyOf(unwritten),
                                report(head.orElseThrow(), clock.instant(), true))));
    Future<Void> late = vertx.timer(LEAVE_LIMIT.toMillis()).mapEmpty();
    return Future.any(said.otherwiseEmpty(), late).transform(_ -> sink.close()).otherwiseEmpty();
  }
}
