package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlans;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.events.event.Head;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** All that shapes a node's program besides the log, but for its name; a picocli mixin. */
final class NodeOptions {
  @Mixin ProxyOptions proxy = new ProxyOptions();
  @Mixin IpvsFlags ipvs = new IpvsFlags();
  @Mixin ToolOptions tools = new ToolOptions();
  @Mixin private LocalAddressOptions localAddresses = new LocalAddressOptions();

  @Option(names = "--family", paramLabel = "FAMILY", description = "ipv4 or ipv6. Default: both.")
  private Optional<IpFamily> family = Optional.empty();

  /**
   * Checks what can be checked without a cluster.
   *
   * @throws ParameterException if flags contradict each other, or a value is out of its range
   */
  void check(CommandLine command) {
    var _ = proxy.node(command);
    var _ = ipvs(command);
    var _ = mode(command, Optional.empty());
  }

  /** The mode that the node uses by the head. */
  ProxyMode mode(CommandLine command, Optional<Head> head) {
    return proxy.choice(command, head).mode();
  }

  NodeConfig config(CommandLine command) {
    return proxy.node(command);
  }

  IptablesOptions iptables(CommandLine command) {
    return tools.on(proxy.iptables(command));
  }

  IpvsOptions ipvs(CommandLine command) {
    return ipvs.options(command, iptables(command));
  }

  /** Those that are asked for. */
  List<IpFamily> families() {
    return Arrays.stream(IpFamily.values())
        .filter(each -> family.isEmpty() || family.get() == each)
        .toList();
  }

  /** Those of the node's interfaces, as far as they are known. */
  Set<IpAddress> addresses(CommandLine command, Node node) {
    return localAddresses.of(node, command);
  }

  /**
   * The node as an image has it.
   *
   * @param when what to call the image in messages
   * @throws ParameterException if it isn't there, or lacks what the flags need of it
   */
  Node node(CommandLine command, ClusterImage image, String nodeName, String when) {
    Node node =
        image
            .node(nodeName)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command,
                        "--node-name: at %s there is no Node/%s".formatted(when, nodeName)));
    config(command)
        .missing(node)
        .ifPresent(
            reason -> {
              throw new ParameterException(command, reason + ", which --detect-local-mode needs");
            });
    return node;
  }

  /** Plans of a mode, by family; they begin with no Service at all. */
  Map<IpFamily, PlanSequence> plans(CommandLine command, ProxyMode mode) {
    Map<IpFamily, PlanSequence> plans = new EnumMap<>(IpFamily.class);
    for (IpFamily each : families()) {
      plans.put(
          each,
          switch (mode) {
            case IPTABLES -> new IptablesPlans(each, iptables(command), tools.randomFully);
            case IPVS -> new IpvsPlans(each, ipvs(command), tools.randomFully);
          });
    }
    return plans;
  }
}
