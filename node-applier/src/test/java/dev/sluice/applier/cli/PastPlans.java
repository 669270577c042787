package dev.sluice.applier.cli;

import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;

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

  /**
   * What a command came to.
   *
   * @param out standard output
   * @param err standard error
   */
  public record Ended(int exitCode, String out, String err) {}

  /** Runs {@code sluice} with these words in this JVM. */
  public static Ended run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Sluice.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(words);
    return new Ended(exitCode, out.toString(), err.toString());
  }
}
