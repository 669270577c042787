package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlan;
import dev.sluice.applier.ipvs.NodeFacts;
import dev.sluice.applier.program.Plan;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** All that shapes a node's program besides the cluster; a picocli mixin. */
final class NodeFlags {
  @Mixin ProxyOptions proxy = new ProxyOptions();
  @Mixin private IpvsFlags ipvs = new IpvsFlags();
  @Mixin private LocalAddressOptions localAddresses = new LocalAddressOptions();
  @Mixin private ToolOptions tools = new ToolOptions();

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
    config
        .missing(node)
        .ifPresent(
            reason -> {
              throw new ParameterException(command, reason + ", which --detect-local-mode needs");
            });
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable(node.name()).virtualServers(image, image.services());
    Planner planner = planner(command, node, mode);
    return families.stream().map(each -> planner.plan(each, config.on(node), servers)).toList();
  }

  private Planner planner(CommandLine command, Node node, ProxyMode mode) {
    IptablesOptions options = tools.on(proxy.iptables(command));
    boolean randomFully = tools.randomFully;
    return switch (mode) {
      case IPTABLES ->
          (each, policy, servers) -> IptablesPlan.of(each, options, randomFully, policy, servers);
      case IPVS -> {
        IpvsOptions ipvsOptions = ipvs.options(command, options);
        Set<IpAddress> own = localAddresses.of(node, command);
        yield (each, policy, servers) ->
            IpvsPlan.of(each, ipvsOptions, randomFully, new NodeFacts(policy, own), servers);
      }
    };
  }
}
