package dev.sluice.applier.cli;

import dev.sluice.applier.program.PlanSequence;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A node's flags, and the families to look at, along a series of images; a picocli mixin. */
final class NodeOptions {
  @Mixin NodeFlags flags = new NodeFlags();

  @Option(names = "--family", paramLabel = "FAMILY", description = "ipv4 or ipv6. Default: both.")
  private Optional<IpFamily> family = Optional.empty();

  /** Those that are asked for. */
  List<IpFamily> families() {
    return NodeFlags.families(family);
  }

  /**
   * Checks that a node is in an image, and has what the flags need.
   *
   * @param revision the image's, for messages
   * @throws ParameterException if not
   */
  void check(CommandLine command, ClusterImage image, String nodeName, long revision) {
    Node node =
        image
            .node(nodeName)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command,
                        "--node-name: at revision %d there is no Node/%s"
                            .formatted(revision, nodeName)));
    flags.check(command, node);
  }

  /** A node along a series of images, its program going to a target. */
  NodeTimeline timeline(CommandLine command, String nodeName, ProgramTarget target) {
    return new NodeTimeline(
        nodeName, flags.proxy.node(command), node -> flags.addresses(command, node), target);
  }

  /** Shows the programs of a mode. */
  ProgramTarget shown(CommandLine command, ProxyMode mode) {
    Map<IpFamily, PlanSequence> plans = new EnumMap<>(IpFamily.class);
    families().forEach(each -> plans.put(each, flags.sequence(command, each, mode)));
    return ProgramTarget.shown(plans);
  }
}
