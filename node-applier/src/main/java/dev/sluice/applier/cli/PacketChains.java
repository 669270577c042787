package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.ChainNames;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.iptables.trace.RuleTracer;
import dev.sluice.applier.iptables.trace.Trace.Step.Entered;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlan;
import dev.sluice.applier.ipvs.NodeFacts;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where to look on a node for what becomes of a packet. Pure.
 *
 * @param local the node's addresses
 */
record PacketChains(
    String nodeName,
    NodePolicy policy,
    Set<IpAddress> local,
    IptablesOptions iptables,
    IpvsOptions ipvs) {
  /** The chains of ours that the packet may enter, each as {@code table chain}; and IPVS's. */
  List<String> of(ClusterImage image, ProxyMode mode, Packet packet) {
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable(nodeName).virtualServers(image, image.services());
    return switch (mode) {
      case IPTABLES -> chains(servers, packet);
      case IPVS ->
          IpvsPlan.of(packet.destination().family(), ipvs, new NodeFacts(policy, local), servers)
              .places(packet);
    };
  }

  private List<String> chains(Map<ServiceName, List<VirtualServer>> servers, Packet packet) {
    IptablesPlan plan = IptablesPlan.of(packet.destination().family(), iptables, policy, servers);
    return new RuleTracer(plan.program(), local)
        .trace(packet).chains().stream()
            .filter(entered -> ChainNames.ours(entered.chain()))
            .map(Entered::toString)
            .toList();
  }
}
