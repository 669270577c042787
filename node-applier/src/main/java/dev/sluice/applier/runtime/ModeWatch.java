package dev.sluice.applier.runtime;

import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.events.event.Head;
import dev.sluice.events.model.ProxyMode;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which mode is wanted and which forwards, told in the log at each change, and in the metrics. For
 * the applier's context.
 */
final class ModeWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ModeWatch.class);

  private final Optional<ProxyMode> asked;
  private final ModeAbilities abilities;
  private final ModeMetrics metrics;
  private ModeStatus status;
  private Optional<ModeChoice> told = Optional.empty();

  /**
   * @param asked the mode that was named; empty: auto
   */
  ModeWatch(Optional<ProxyMode> asked, ModeAbilities abilities, MeterRegistry registry) {
    this.asked = asked;
    this.abilities = abilities;
    metrics = new ModeMetrics(registry);
    status = ModeStatus.wanted(ModeChoice.of(asked, Optional.empty(), abilities));
  }

  ModeStatus status() {
    return status;
  }

  /**
   * Chooses anew; tells if that is another choice, which is of no interest before the log is read.
   *
   * @return whether another mode is wanted than before
   */
  boolean choose(Optional<Head> head, boolean tell) {
    ModeChoice before = status.choice();
    ModeChoice now = ModeChoice.of(asked, head, abilities);
    status = status.withChoice(now);
    if (tell && !told.equals(Optional.of(now))) {
      told = Optional.of(now);
      LOG.info("mode={} reason=\"{}\"", now.mode(), now.reason());
    }
    return now.mode() != before.mode();
  }

  /** The worker has told how the modes stand. */
  void now(Reconciler.ModeReport report, long revision) {
    if (status.active().filter(before -> before != report.active()).isPresent()) {
      LOG.info(
          "mode={} revision={} forwards, instead of mode={}",
          report.active(),
          revision,
          status.active().orElseThrow());
    }
    report
        .notTurned()
        .ifPresent(
            reason ->
                LOG.error(
                    "mode={} revision={} can't take over, mode={} goes on error=\"{}\"",
                    status.choice().mode(),
                    revision,
                    report.active(),
                    reason));
    metrics.now(report);
    Optional<String> error =
        report.active() == status.choice().mode()
            ? Optional.empty()
            : report.notTurned().or(status::error);
    status = new ModeStatus(status.choice(), Optional.of(report.active()), report.leaving(), error);
  }
}
