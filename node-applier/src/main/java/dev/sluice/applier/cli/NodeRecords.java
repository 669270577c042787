package dev.sluice.applier.cli;

import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node has told of itself on the nodes topic, as far as it still stands there. Pure.
 *
 * @param settings each change of them
 * @param reports in the order of the topic
 */
record NodeRecords(List<NodeSettings> settings, List<NodeReport> reports) {
  NodeRecords {
    settings = List.copyOf(settings);
    reports = List.copyOf(reports);
  }

  /** What was told of one cluster. */
  NodeRecords of(String clusterId) {
    return new NodeRecords(
        settings.stream().filter(each -> each.clusterId().equals(clusterId)).toList(),
        reports.stream().filter(each -> each.clusterId().equals(clusterId)).toList());
  }

  /** By what settings the node had a revision. */
  Optional<NodeSettings> at(long revision, Optional<Instant> time) {
    return NodeSettings.at(settings, revision, time);
  }

  /** How many settings the node has had while it had a revision. */
  long number(long revision) {
    Collection<NodeSettings> began =
        settings.stream().filter(each -> each.fromRevision() == revision).toList();
    return began.stream()
        .map(each -> each.mode() + each.format() + each.options())
        .distinct()
        .count();
  }

  /**
   * What the node's reports say of a plan, one line each.
   *
   * @param digests of the plan, by family; fewer families than the node has may be planned
   */
  List<String> compared(long revision, String mode, Map<String, String> digests) {
    List<AppliedProgram> applied =
        reports.stream()
            .map(NodeReport::applied)
            .flatMap(Optional::stream)
            .filter(program -> program.revision() == revision)
            .distinct()
            .toList();
    if (applied.isEmpty()) {
      return List.of("no report of revision " + revision + " is on the topic any more");
    }
    List<String> lines = new ArrayList<>();
    for (AppliedProgram program : applied) {
      boolean same =
          program.mode().equals(mode)
              && digests.entrySet().stream()
                  .allMatch(one -> one.getValue().equals(program.digests().get(one.getKey())));
      lines.add(
          "%s digest was reported: revision %d, applied %s, mode %s%s"
              .formatted(
                  same ? "the same" : "another",
                  revision,
                  program.appliedAt(),
                  program.mode(),
                  same ? "" : ", " + program.digests()));
    }
    return lines;
  }
}
