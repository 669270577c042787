package dev.sluice.events.report;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a node says of itself.
 *
 * @param node the name of its Node object
 * @param clusterId whose log it follows
 * @param epoch of that log's head
 * @param applied what its kernel has accepted; empty while the applier has not brought it up to
 *     date yet, whatever an applier before it has left there
 * @param latencies of the changes that came into the kernel lately
 * @param time when it was said, by the node's clock, in milliseconds
 * @param intervalMillis after how long the next report comes at the latest
 * @param leaving whether this is the last report of an applier that ends; its rules stay
 */
public record NodeReport(
    String node,
    String clusterId,
    long epoch,
    Optional<AppliedProgram> applied,
    NodeHealth health,
    Latencies latencies,
    Instant time,
    long intervalMillis,
    boolean leaving) {
  /** So many intervals after its report a node counts as silent. */
  private static final int INTERVALS = 3;

  public NodeReport {
    if (node.isEmpty() || node.indexOf('/') >= 0 || clusterId.isEmpty()) {
      throw new IllegalArgumentException(
          "no report: node \"" + node + "\", cluster \"" + clusterId + "\"");
    }
    if (epoch < 1 || intervalMillis < 1) {
      throw new IllegalArgumentException("epoch " + epoch + ", interval " + intervalMillis + " ms");
    }
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The revision that the kernel has; 0 for none that is known. */
  public long revision() {
    return applied.map(AppliedProgram::revision).orElse(0L);
  }

  /** How long it counts after it was seen. */
  public Duration valid() {
    return Duration.ofMillis(INTERVALS * intervalMillis);
  }
}
