package dev.sluice.applier.cli;

import dev.sluice.applier.cli.PlanOutput.Planned;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.program.ProgramFormat;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.report.NodeSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.ParameterException;

/**
 * A node's program as it was: of the cluster at a moment, by the settings that the node has told
 * for it. Pure.
 *
 * @param image the cluster at that moment
 * @param given options that count instead of what the node has told
 */
record NodePast(String nodeName, ClusterImage image, Moment moment, Map<String, String> given) {
  /**
   * Plans.
   *
   * @param all what the node has told of itself
   * @param family one of the node's; empty: all of them
   * @param remarks takes what is to be known of it, a line each
   * @throws IOException if the node was not there then, or its settings can't be read by this
   *     version
   */
  Planned plan(NodeRecords all, Optional<IpFamily> family, Consumer<String> remarks)
      throws IOException {
    Node node =
        image
            .node(nodeName)
            .orElseThrow(
                () ->
                    new IOException(
                        "there is no Node/" + nodeName + " at revision " + image.revision()));
    NodeRecords records = all.of(image.head().map(Head::clusterId).orElse(""));
    Optional<NodeSettings> settings = records.at(image.revision(), time());
    remarks.accept(remark(settings));
    if (records.number(image.revision()) > 1 && time().isEmpty()) {
      remarks.accept(
          "the node had more than one set of them at revision %d; --at TIME chooses among them"
              .formatted(image.revision()));
    }
    RecordedFlags flags = flags(settings);
    ModeChoice choice = flags.flags.proxy.choice(flags.commandLine(), image.head());
    if (flags.flags.proxy.mode.named().isEmpty()) {
      remarks.accept("mode " + choice.mode() + ": " + choice.reason());
    }
    List<IpFamily> families =
        flags.families().stream().filter(each -> family.isEmpty() || family.get() == each).toList();
    List<Plan> plans = plans(flags, node, choice, families);
    List<String> compared = compared(records, choice, plans);
    compared.forEach(line -> remarks.accept(nodeName + ": " + line));
    return new Planned(
        plans,
        Map.of(
            "revision", image.revision(), "mode", choice.mode().toString(), "reported", compared));
  }

  private List<Plan> plans(
      RecordedFlags flags, Node node, ModeChoice choice, List<IpFamily> families)
      throws IOException {
    try {
      return flags.flags.plans(flags.commandLine(), image, node, choice.mode(), families);
    } catch (ParameterException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<String> compared(NodeRecords records, ModeChoice choice, List<Plan> plans) {
    Map<String, String> digests = new HashMap<>();
    plans.forEach(plan -> digests.put(plan.family().toString(), plan.digest().toString()));
    return given.isEmpty() || records.settings().isEmpty()
        ? records.compared(image.revision(), choice.mode().toString(), digests)
        : List.of("its reports are not compared, since options are given in place of its own");
  }

  private Optional<Instant> time() {
    return moment instanceof Moment.AtTime(Instant time) ? Optional.of(time) : Optional.empty();
  }

  private RecordedFlags flags(Optional<NodeSettings> settings) throws IOException {
    Map<String, String> options = new TreeMap<>();
    settings.ifPresent(
        one -> {
          options.putAll(one.options());
          options.put("--proxy-mode", one.mode());
        });
    options.putAll(given);
    try {
      return RecordedFlags.of(options);
    } catch (IOException e) {
      throw new IOException(
          "the settings of node %s at revision %d: %s"
              .formatted(nodeName, image.revision(), e.getMessage()),
          e);
    }
  }

  private String remark(Optional<NodeSettings> settings) {
    if (settings.isEmpty()) {
      return "node %s has told no settings for revision %d: it is planned by the command line's"
          .formatted(nodeName, image.revision());
    }
    NodeSettings known = settings.get();
    String format =
        known.format() == ProgramFormat.VERSION
            ? ""
            : "; its version makes programs of format %d, and this one of format %d"
                .formatted(known.format(), ProgramFormat.VERSION);
    return "node %s at revision %d, with its settings since revision %d, %s%s%s"
        .formatted(
            nodeName,
            image.revision(),
            known.fromRevision(),
            known.fromTime(),
            given.isEmpty() ? "" : ", but for " + String.join(", ", given.keySet()),
            format);
  }
}
