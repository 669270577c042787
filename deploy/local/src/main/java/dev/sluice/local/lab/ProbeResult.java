package dev.sluice.local.lab;

import java.net.InetAddress;

/** What came of one {@link Probe}. */
public sealed interface ProbeResult {
  /**
   * An echo server answered.
   *
   * @param server its name
   * @param seenSource the source address it saw
   * @param nanos nanoseconds from the first packet's sending to the answer's arrival
   */
  record Answer(String server, InetAddress seenSource, long nanos) implements ProbeResult {}

  /** A TCP reset to the first packet, or ICMP port unreachable. */
  record Refused() implements ProbeResult {}

  /** Nothing came in time. */
  record TimedOut() implements ProbeResult {}

  /**
   * Another error: no route, prohibited, connection reset before the answer.
   *
   * @param reason the system's words
   */
  record Unreachable(String reason) implements ProbeResult {}
}
