package dev.sluice.applier.cli;

import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.Latencies;
import dev.sluice.events.report.NodeHealth;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.Standings;
import dev.sluice.events.report.Standings.Apart;
import dev.sluice.events.report.Standings.Live;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How the nodes' standings are printed. */
enum NodesOutput {
  TABLE,
  JSON;

  private static final int DIGEST_DIGITS = 12;
  private static final int MOST_NAMED = 20;
  private static final double[] PARTS = {0.5, 0.9, 0.99};

  /**
   * Prints.
   *
   * @param wanted the revision that was waited for
   */
  void print(Standings standings, OptionalLong wanted, PrintWriter out) {
    switch (this) {
      case TABLE -> table(standings, wanted, out);
      case JSON ->
          out.println(
              JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(tree(standings, wanted)));
    }
    out.flush();
  }

  private static void table(Standings standings, OptionalLong wanted, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "REVISION", "BEHIND", "AGE", "MODE", "READY", "DIGEST", "ERRORS"));
    standings.live().forEach(node -> rows.add(row(node, standings.revision())));
    print(rows, out);
    if (!standings.apart().isEmpty()) {
      out.println();
      out.println("not live:");
      List<List<String>> others = new ArrayList<>();
      others.add(List.of("NODE", "REVISION", "REASON"));
      standings.apart().forEach(node -> others.add(row(node)));
      print(others, out);
    }
    standings.live().forEach(node -> errors(node.report(), out));
    out.println();
    out.println(summary(standings, wanted));
    out.println(latencies(standings.latencies()));
  }

  private static List<String> row(Live node, long revision) {
    NodeReport report = node.report();
    NodeHealth health = report.health();
    return List.of(
        report.node(),
        report.applied().isPresent() ? Long.toString(report.revision()) : "-",
        // it may have read on while we have not
        Long.toString(Math.max(0, revision - report.revision())),
        text(Duration.ofSeconds(node.age().toSeconds())),
        report.applied().map(AppliedProgram::mode).orElse("-"),
        health.ready() ? "yes" : "no",
        report.applied().map(NodesOutput::digests).orElse("-"),
        Integer.toString(
            health.errors().size()
                + health.moreErrors()
                + (health.waitingFor().isPresent() ? 1 : 0)));
  }

  private static List<String> row(Apart node) {
    return List.of(
        node.node(),
        node.report().map(NodeReport::revision).map(Object::toString).orElse("-"),
        node.reason());
  }

  private static String digests(AppliedProgram program) {
    return program.digests().entrySet().stream()
        .map(
            one ->
                one.getKey()
                    + " "
                    + one.getValue().substring(0, Math.min(DIGEST_DIGITS, one.getValue().length())))
        .collect(Collectors.joining(", "));
  }

  private static void errors(NodeReport report, PrintWriter out) {
    List<String> lines = new ArrayList<>();
    report.health().waitingFor().ifPresent(reason -> lines.add("waits: " + reason));
    report.health().errors().forEach((what, reason) -> lines.add(what + ": " + reason));
    if (report.health().moreErrors() > 0) {
      lines.add("and " + report.health().moreErrors() + " more");
    }
    if (!lines.isEmpty()) {
      out.println();
      out.println(report.node() + ":");
      lines.forEach(line -> out.println("  " + line));
    }
  }

  private static void print(List<List<String>> rows, PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        line.append(row.get(column))
            .append(" ".repeat(widths[column] - row.get(column).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String summary(Standings standings, OptionalLong wanted) {
    long revision = wanted.orElse(standings.revision());
    return "log at revision %d; %d of %d nodes are live, %d of them have revision %d"
        .formatted(
            standings.revision(),
            standings.live().size(),
            standings.live().size() + standings.apart().size(),
            standings.live().size() - standings.behind(revision).size(),
            revision);
  }

  private static String latencies(Latencies latencies) {
    if (latencies.count() == 0) {
      return "from change to kernel: no changes lately";
    }
    return "from change to kernel, %d times in the last %s: %s"
        .formatted(
            latencies.count(),
            text(Duration.ofSeconds(latencies.windowSeconds())),
            IntStream.range(0, PARTS.length)
                .mapToObj(
                    i ->
                        "p%d <= %d ms"
                            .formatted(
                                Math.round(PARTS[i] * 100),
                                latencies.percentile(PARTS[i]).orElseThrow()))
                .collect(Collectors.joining(", ")));
  }

  /** What keeps the live nodes from having a revision, in words. */
  static String missing(Standings standings, long revision, boolean allNodes) {
    Stream<String> behind =
        standings.live().isEmpty()
            ? Stream.of("no node is live")
            : standings.behind(revision).stream()
                .map(node -> node.report().node() + " has " + node.report().revision());
    Stream<String> apart =
        standings.apart().stream()
            .filter(node -> allNodes && node.hasObject())
            .map(node -> node.node() + " " + node.reason());
    List<String> all = Stream.concat(behind, apart).toList();
    String more = all.size() > MOST_NAMED ? "; and " + (all.size() - MOST_NAMED) + " more" : "";
    String log =
        standings.revision() < revision ? "the log has " + standings.revision() + "; " : "";
    return "not every node has revision %d: %s%s%s"
        .formatted(
            revision, log, all.stream().limit(MOST_NAMED).collect(Collectors.joining("; ")), more);
  }

  private static Map<String, Object> tree(Standings standings, OptionalLong wanted) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("revision", standings.revision());
    wanted.ifPresent(
        revision -> {
          tree.put("waitedFor", revision);
          tree.put("reached", standings.reached(revision));
        });
    tree.put("live", standings.live().stream().map(NodesOutput::tree).toList());
    tree.put("notLive", standings.apart().stream().map(NodesOutput::tree).toList());
    tree.put("latencies", tree(standings.latencies()));
    return tree;
  }

  private static Map<String, Object> tree(Live node) {
    NodeReport report = node.report();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("node", report.node());
    tree.put("revision", report.revision());
    tree.put("ageSeconds", node.age().toMillis() / 1000.0);
    report
        .applied()
        .ifPresent(
            program -> {
              tree.put("mode", program.mode());
              tree.put("digests", program.digests());
              tree.put("appliedAt", program.appliedAt().toString());
            });
    tree.put("ready", report.health().ready());
    report.health().waitingFor().ifPresent(reason -> tree.put("waitingFor", reason));
    tree.put("errors", report.health().errors());
    tree.put("moreErrors", report.health().moreErrors());
    return tree;
  }

  private static Map<String, Object> tree(Apart node) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("node", node.node());
    tree.put("reason", node.reason());
    tree.put("hasObject", node.hasObject());
    node.report().ifPresent(report -> tree.put("revision", report.revision()));
    return tree;
  }

  private static Map<String, Object> tree(Latencies latencies) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("changes", latencies.count());
    tree.put("windowSeconds", latencies.windowSeconds());
    for (double part : PARTS) {
      Optional<Long> limit = latencies.percentile(part);
      limit.ifPresent(millis -> tree.put("p" + Math.round(part * 100) + "Millis", millis));
    }
    return tree;
  }

  /** As options take it. */
  static String text(Duration duration) {
    return duration.toMinutes() > 0 && duration.toSeconds() % 60 == 0
        ? duration.toMinutes() + "m"
        : BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
  }
}
