package dev.sluice.events.report;

/** What one record of the nodes topic says. */
public sealed interface NodeEntry {
  /** A node's report. */
  record Reported(NodeReport report) implements NodeEntry {}

  /** Settings of a node, from some revision on. */
  record Configured(NodeSettings settings) implements NodeEntry {}

  /**
   * Something was removed: a report, or settings that nobody needs any more.
   *
   * @param key of the record
   */
  record Forgotten(String key) implements NodeEntry {}
}
