package dev.sluice.applier.runtime;

import dev.sluice.events.model.Node;
import dev.sluice.events.report.NodeHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How far the applier has come: what its health is told from. Immutable.
 *
 * @param waitingFor why nothing may be written to the kernel yet; empty once it may
 * @param revision the revision that the kernel has; 0 for none
 * @param lastUpdated when the kernel last was brought up to date
 * @param pendingSince since when a change waits for the kernel
 * @param lastError why the last attempt failed; empty if it did not
 * @param refused what the kernel refuses, each with a reason; all else goes on without it
 * @param undecodable keys of the log whose last record can't be read, each with a reason; what was
 *     read of them before stays
 * @param node this node as the log has it
 * @param mode how it forwards; empty before the log has been read
 * @param log how it stands to the log
 */
public record Progress(
    Optional<String> waitingFor,
    long revision,
    Optional<Instant> lastUpdated,
    Optional<Instant> pendingSince,
    Optional<String> lastError,
    Map<String, String> refused,
    Map<String, String> undecodable,
    Optional<Node> node,
    Optional<ModeStatus> mode,
    LogStatus log) {
  /** How Go writes a time that is not set, which is what kube-proxy's readers expect. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  public Progress {
    refused = Collections.unmodifiableMap(new TreeMap<>(refused));
    undecodable = Collections.unmodifiableMap(new TreeMap<>(undecodable));
  }

  /** Nothing has been read yet. */
  public static Progress start() {
    return new Progress(
        Optional.of("the log has not been read to its end"),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        LogStatus.UNKNOWN);
  }

  /** Whether the kernel is kept up to date: no change has waited for twice the sync period. */
  public boolean healthy(Instant now, Duration syncPeriod) {
    return pendingSince.filter(t -> !t.plus(syncPeriod.multipliedBy(2)).isAfter(now)).isEmpty();
  }

  /** Whether the kernel has been brought up to date once, and is kept so. */
  public boolean ready(Instant now, Duration syncPeriod) {
    return lastUpdated.isPresent() && healthy(now, syncPeriod);
  }

  /** Whether what it forwards may be of the past, because it does not follow the log. */
  public boolean stale() {
    return log.stale().isPresent();
  }

  /** Whether load balancers should send traffic here: not while the node goes, or has gone. */
  public boolean nodeEligible() {
    return node.filter(n -> !n.deleting() && !n.beingScaledDown()).isPresent();
  }

  /** What a report says of it. */
  NodeHealth health(Instant now, Duration syncPeriod) {
    Map<String, String> errors = new TreeMap<>();
    undecodable.forEach((key, reason) -> errors.put("record " + key, reason));
    errors.putAll(refused);
    lastError.ifPresent(reason -> errors.put("kernel", reason));
    mode.flatMap(ModeStatus::error).ifPresent(reason -> errors.put("mode", reason));
    return NodeHealth.of(ready(now, syncPeriod), waitingFor, errors);
  }

  /**
   * What the health servers answer with: the fields kube-proxy has, and why it is not ready.
   *
   * @param ok whether the answer is that all is well
   * @param withNode whether the node's own state matters
   */
  Map<String, Object> body(boolean ok, boolean withNode, Instant now, Duration syncPeriod) {
    Map<String, Object> body = new LinkedHashMap<>();
    // kube-proxy: while all is well, nothing newer could have been brought to the kernel
    Instant updated = ok ? now : lastUpdated.orElse(NEVER);
    body.put("lastUpdated", updated.toString());
    body.put("currentTime", now.toString());
    if (withNode) {
      body.put("nodeEligible", nodeEligible());
    }
    body.put("healthy", healthy(now, syncPeriod));
    body.put("revision", revision);
    mode.ifPresent(status -> status.addTo(body));
    waitingFor.ifPresent(reason -> body.put("waitingFor", reason));
    log.addTo(body);
    lastError.ifPresent(reason -> body.put("lastError", reason));
    if (!refused.isEmpty()) {
      body.put("refused", refused);
    }
    if (!undecodable.isEmpty()) {
      body.put("undecodable", undecodable);
    }
    return body;
  }

  Progress withWaitingFor(Optional<String> reason) {
    return with(draft -> draft.waitingFor = reason);
  }

  Progress withPendingSince(Optional<Instant> time) {
    return with(draft -> draft.pendingSince = time);
  }

  Progress withRefused(Map<String, String> objects) {
    return with(draft -> draft.refused = objects);
  }

  Progress withUndecodable(Map<String, String> keys) {
    return with(draft -> draft.undecodable = keys);
  }

  Progress withNode(Optional<Node> found) {
    return with(draft -> draft.node = found);
  }

  Progress withMode(ModeStatus status) {
    return with(draft -> draft.mode = Optional.of(status));
  }

  Progress withLog(LogStatus status) {
    return with(draft -> draft.log = status);
  }

  /**
   * The kernel has this revision now.
   *
   * @param waiting since when newer changes wait already
   */
  Progress updated(long newRevision, Instant now, Optional<Instant> waiting) {
    return with(
        draft -> {
          draft.revision = newRevision;
          draft.lastUpdated = Optional.of(now);
          draft.pendingSince = waiting;
          draft.lastError = Optional.empty();
        });
  }

  /** An attempt failed; what it was to bring still waits. */
  Progress failed(String reason, Instant now) {
    return with(
        draft -> {
          draft.pendingSince = Optional.of(pendingSince.orElse(now));
          draft.lastError = Optional.of(reason);
        });
  }

  private Progress with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private Optional<String> waitingFor;
    private long revision;
    private Optional<Instant> lastUpdated;
    private Optional<Instant> pendingSince;
    private Optional<String> lastError;
    private Map<String, String> refused;
    private Map<String, String> undecodable;
    private Optional<Node> node;
    private Optional<ModeStatus> mode;
    private LogStatus log;

    Draft(Progress from) {
      waitingFor = from.waitingFor;
      revision = from.revision;
      lastUpdated = from.lastUpdated;
      pendingSince = from.pendingSince;
      lastError = from.lastError;
      refused = from.refused;
      undecodable = from.undecodable;
      node = from.node;
      mode = from.mode;
      log = from.log;
    }

    Progress done() {
      return new Progress(
          waitingFor,
          revision,
          lastUpdated,
          pendingSince,
          lastError,
          refused,
          undecodable,
          node,
          mode,
          log);
    }
  }
}
