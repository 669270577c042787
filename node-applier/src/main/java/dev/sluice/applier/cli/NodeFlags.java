package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlans;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** All that shapes a node's program besides the cluster; a picocli mixin. */
final class NodeFlags {
  @Mixin ProxyOptions proxy = new ProxyOptions();
  @Mixin IpvsFlags ipvs = new IpvsFlags();
  @Mixin private LocalAddressOptions localAddresses = new LocalAddressOptions();
  @Mixin ToolOptions tools = new ToolOptions();

  /** The family that is asked for; both where none is. */
  static List<IpFamily> families(Optional<IpFamily> asked) {
    return asked.map(List::of).orElseGet(() -> List.of(IpFamily.values()));
  }

  /**
   * Checks what can be checked without a cluster.
   *
   * @throws ParameterException if flags contradict each other, or a value is out of its range
   */
  void check(CommandLine command) {
    var _ = proxy.node(command);
    var _ = ipvs.options(command, proxy.iptables(command));
  }

  /**
   * What a node would have.
   *
   * @param command is wrong where these flags don't go with the node
   * @throws ParameterException if the node lacks what a flag needs
   */
  List<Plan> plans(
      CommandLine command,
      ClusterImage image,
      Node node,
      ProxyMode mode,
      Collection<IpFamily> families) {
    NodeConfig config = proxy.node(command);
    check(command, node);
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable(node.name()).virtualServers(image, image.services());
    return families.stream()
        .map(
            each ->
                sequence(command, each, mode)
                    .next(config.on(node), addresses(command, node), servers)
                    .plan())
        .toList();
  }

  /** Plans of a mode and a family; they begin with no Service at all. */
  PlanSequence sequence(CommandLine command, IpFamily family, ProxyMode mode) {
    return switch (mode) {
      case IPTABLES -> new IptablesPlans(family, iptables(command), tools.randomFully);
      case IPVS -> new IpvsPlans(family, ipvs(command), tools.randomFully);
    };
  }

  /** What they say of iptables, tools included. */
  IptablesOptions iptables(CommandLine command) {
    return tools.on(proxy.iptables(command));
  }

  /** What they say of IPVS. */
  IpvsOptions ipvs(CommandLine command) {
    return ipvs.options(command, iptables(command));
  }

  /** The addresses of the node's interfaces, as far as they are known. */
  Set<IpAddress> addresses(CommandLine command, Node node) {
    return localAddresses.of(node, command);
  }

  /**
   * Checks that a node has what these flags need of it.
   *
   * @throws ParameterException if it lacks something
   */
  void check(CommandLine command, Node node) {
    proxy
        .node(command)
        .missing(node)
        .ifPresent(
            reason -> {
              throw new ParameterException(command, reason + ", which --detect-local-mode needs");
            });
  }
}
