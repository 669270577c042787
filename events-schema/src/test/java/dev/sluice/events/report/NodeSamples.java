package dev.sluice.events.report;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What nodes may report. */
public final class NodeSamples {
  static final Instant TIME = Instant.parse("2026-03-01T12:00:00.250Z");

  private NodeSamples() {}

  /** Reports by the names of their golden files. */
  public static Map<String, NodeReport> reports() {
    Map<String, NodeReport> reports = new LinkedHashMap<>();
    reports.put("report-applied", applied("node-1", 42));
    reports.put(
        "report-waiting",
        new NodeReport(
            "node-1",
            "c0ffee",
            3,
            Optional.empty(),
            NodeHealth.of(false, Optional.of("the log does not have Node/node-1"), Map.of()),
            Latencies.NONE,
            TIME,
            10_000,
            false));
    reports.put(
        "report-errors",
        new NodeReport(
            "node-1",
            "c0ffee",
            3,
            Optional.of(program(41)),
            new NodeHealth(true, Optional.empty(), Map.of("Service/shop/web IPv4", "EINVAL"), 7),
            Latencies.NONE,
            TIME,
            10_000,
            true));
    return reports;
  }

  static NodeReport report(String name) {
    return Objects.requireNonNull(reports().get(name));
  }

  /** Settings. */
  public static NodeSettings settings() {
    return settings(40, TIME, "--masquerade-all", "true");
  }

  static NodeSettings settings(long revision, Instant time, String option, String value) {
    return new NodeSettings(
        "node-1",
        "c0ffee",
        3,
        revision,
        time,
        "iptables",
        1,
        Map.of(option, value, "--cluster-cidr", "10.244.0.0/16"));
  }

  static NodeReport applied(String node, long revision) {
    return new NodeReport(
        node,
        "c0ffee",
        3,
        Optional.of(program(revision)),
        NodeHealth.of(true, Optional.empty(), Map.of()),
        new Latencies(Map.of(4L, 12L, 24L, 1L), 600),
        TIME,
        10_000,
        false);
  }

  private static AppliedProgram program(long revision) {
    return new AppliedProgram(
        revision,
        TIME.minusMillis(9),
        TIME.minusMillis(5),
        "iptables",
        Map.of(
            "IPv4", "00112233445566778899aabbccddeeff", "IPv6", "ffeeddccbbaa99887766554433221100"),
        1);
  }
}
