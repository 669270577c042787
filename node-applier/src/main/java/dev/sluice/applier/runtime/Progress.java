package dev.sluice.applier.runtime;

import dev.sluice.events.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the applier has come: what its health is told from. Immutable.
 *
 * @param waitingFor why nothing may be written to the kernel yet; empty once it may
 * @param revision the revision that the kernel has; 0 for none
 * @param lastUpdated when the kernel last was brought up to date
 * @param pendingSince since when a change waits for the kernel
 * @param lastError why the last attempt failed; empty if it did not
 * @param refused what the kernel refuses, each with a reason; all else goes on without it
 * @param node this node as the log has it
 */
public record Progress(
    Optional<String> waitingFor,
    long revision,
    Optional<Instant> lastUpdated,
    Optional<Instant> pendingSince,
    Optional<String> lastError,
    Map<String, String> refused,
    Optional<Node> node) {
  public Progress {
    refused = Collections.unmodifiableMap(new TreeMap<>(refused));
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
        Optional.empty());
  }

  /**
   * Whether the kernel is kept up to date: it has been once, and no change waits for longer than
   * twice the sync period.
   */
  public boolean live(Instant now, Duration syncPeriod) {
    return lastUpdated.isPresent()
        && pendingSince.filter(t -> t.plus(syncPeriod.multipliedBy(2)).isBefore(now)).isEmpty();
  }

  /** Whether load balancers should send traffic here: not while the node is going away. */
  public boolean nodeEligible() {
    return node.filter(n -> n.deleting() || n.beingScaledDown()).isEmpty();
  }

  /** What the health servers answer with: the fields kube-proxy has, and why it is not ready. */
  public Map<String, Object> body(Instant now) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("lastUpdated", lastUpdated.map(Instant::toString).orElse(""));
    body.put("currentTime", now.toString());
    body.put("nodeEligible", nodeEligible());
    body.put("revision", revision);
    waitingFor.ifPresent(reason -> body.put("waitingFor", reason));
    lastError.ifPresent(reason -> body.put("lastError", reason));
    if (!refused.isEmpty()) {
      body.put("refused", refused);
    }
    return body;
  }

  Progress withWaitingFor(Optional<String> reason) {
    return new Progress(reason, revision, lastUpdated, pendingSince, lastError, refused, node);
  }

  Progress withPendingSince(Optional<Instant> time) {
    return new Progress(waitingFor, revision, lastUpdated, time, lastError, refused, node);
  }

  Progress withRefused(Map<String, String> objects) {
    return new Progress(waitingFor, revision, lastUpdated, pendingSince, lastError, objects, node);
  }

  Progress withNode(Optional<Node> found) {
    return new Progress(waitingFor, revision, lastUpdated, pendingSince, lastError, refused, found);
  }

  /**
   * The kernel has this revision now.
   *
   * @param waiting since when newer changes wait already
   */
  Progress updated(long newRevision, Instant now, Optional<Instant> waiting) {
    return new Progress(
        waitingFor, newRevision, Optional.of(now), waiting, Optional.empty(), refused, node);
  }

  /** An attempt failed; what it was to bring still waits. */
  Progress failed(String reason, Instant now) {
    Optional<Instant> pending = Optional.of(pendingSince.orElse(now));
    return new Progress(
        waitingFor, revision, lastUpdated, pending, Optional.of(reason), refused, node);
  }
}
