package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code sluice plan --at} without its reading: for many moments of one log that was read once. */
public final class PastPlans {
  private PastPlans() {}

  /**
   * The digests of a node's plan, by family.
   *
   * @param image the cluster at the moment
   * @param settings all that the node has told
   */
  public static Map<String, String> digests(
      String node, ClusterImage image, Moment moment, List<NodeSettings> settings)
      throws IOException {
    NodePast past = new NodePast(node, image, moment, Map.of());
    NodeRecords records = new NodeRecords(settings, List.<NodeReport>of());
    Map<String, String> digests = new TreeMap<>();
    past.plan(records, Optional.empty(), _ -> {})
        .plans()
        .forEach(plan -> digests.put(plan.family().toString(), plan.digest().toString()));
    return digests;
  }
}
