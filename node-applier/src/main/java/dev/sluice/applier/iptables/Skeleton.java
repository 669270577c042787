package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the program holds whatever the Services are: hooks, marks, and the roots of the trees. */
final class Skeleton {
  private static final String COMMENT = "-m comment --comment ";
  private static final String NEW = "-m conntrack --ctstate NEW ";

  /** With route_localnet, the kernel itself no longer does this. */
  private static final String LOCALNET_DROP =
      "! -s 127.0.0.0/8 -d 127.0.0.0/8 "
          + COMMENT
          + "\"block incoming localnet connections\""
          + " -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP";

  private static final String LOCALNET_HOOK =
      COMMENT + "\"kubernetes localhost node ports\" -j " + ChainNames.LOCALNET;

  private final IpFamily family;
  private final CommonRules common;

  Skeleton(IpFamily family, IptablesOptions options, boolean randomFully) {
    this.family = family;
    common = new CommonRules(options, randomFully);
  }

  Map<IptablesKey, String> objects(NodePolicy policy) {
    Map<ChainKey, List<String>> chains = chains();
    List<HookKey> hooks = new ArrayList<>(common.hooks());
    hooks.addAll(hooks());
    if (family == IpFamily.IPV4 && policy.nodePorts().onLocalhost()) {
      chains.put(filter(ChainNames.LOCALNET), List.of(LOCALNET_DROP));
      hooks.add(new HookKey(Table.FILTER, "INPUT", LOCALNET_HOOK));
    }
    Map<IptablesKey, String> objects = new HashMap<>();
    chains.forEach((key, rules) -> objects.put(key, Rule.lines(key.chain(), rules)));
    hooks.forEach(hook -> objects.put(hook, Rule.lines(hook.chain(), List.of(hook.rule()))));
    return objects;
  }

  /** The rules that follow those of a tree in the chain that is its root. */
  List<String> afterRoot(Tree tree, NodePolicy policy) {
    return switch (tree) {
      case SERVICES -> nodePortsEntry(policy.nodePorts());
      case EXTERNAL_REJECTS -> nodePortRejectsEntry(policy.nodePorts());
      default -> List.of();
    };
  }

  private Map<ChainKey, List<String>> chains() {
    Map<ChainKey, List<String>> chains = new LinkedHashMap<>(common.chains());
    List<String> leaving = new ArrayList<>();
    // a direct connection of a pod to itself is none of ours
    leaving.add("-m conntrack --ctstate DNAT -j " + ChainNames.HAIRPIN);
    leaving.addAll(common.masquerade());
    chains.put(nat(ChainNames.POSTROUTING), leaving);
    chains.put(
        nat(ChainNames.NODE_PORTS),
        List.of(
            "-p tcp -j " + Tree.TCP_NODE_PORTS.root(),
            "-p udp -j " + Tree.UDP_NODE_PORTS.root(),
            "-p sctp -j " + Tree.SCTP_NODE_PORTS.root()));
    chains.put(
        filter(ChainNames.REJECT_NODE_PORTS),
        List.of(
            "-p tcp -j " + Tree.TCP_REJECTS.root(),
            "-p udp -j " + Tree.UDP_REJECTS.root(),
            "-p sctp -j " + Tree.SCTP_REJECTS.root()));
    return chains;
  }

  private List<HookKey> hooks() {
    String portals = COMMENT + "\"kubernetes service portals\" -j " + ChainNames.SERVICES;
    String external =
        COMMENT
            + "\"kubernetes externally-visible service portals\" -j "
            + ChainNames.EXTERNAL_SERVICES;
    String firewall = COMMENT + "\"kubernetes load balancer firewall\" -j " + ChainNames.FIREWALL;
    // not only new connections: where the policy is to drop, the rest of them has to pass too
    String health =
        COMMENT + "\"kubernetes health check service ports\" -j " + ChainNames.NODE_PORTS;
    return List.of(
        new HookKey(Table.FILTER, "FORWARD", NEW + portals),
        new HookKey(Table.FILTER, "OUTPUT", NEW + portals),
        new HookKey(Table.FILTER, "INPUT", NEW + external),
        new HookKey(Table.FILTER, "FORWARD", NEW + external),
        // what stays on this node meets INPUT, where a refusal reaches the sender as an answer:
        // here, the system call would fail with "operation not permitted"
        new HookKey(Table.FILTER, "OUTPUT", "! -o lo " + NEW + external),
        new HookKey(Table.FILTER, "INPUT", health),
        new HookKey(Table.FILTER, "INPUT", NEW + firewall),
        new HookKey(Table.FILTER, "FORWARD", NEW + firewall),
        new HookKey(Table.FILTER, "OUTPUT", NEW + firewall));
  }

  private List<String> nodePortsEntry(NodePortAddresses addresses) {
    return new NodePortMatch(addresses, family)
        .rules(
            COMMENT
                + "\"kubernetes service nodeports; NOTE: this must be the last rule in this chain\""
                + " -j "
                + ChainNames.NODE_PORTS);
  }

  private List<String> nodePortRejectsEntry(NodePortAddresses addresses) {
    return new NodePortMatch(addresses, family).rules("-j " + ChainNames.REJECT_NODE_PORTS);
  }

  private static ChainKey nat(String chain) {
    return new ChainKey(Table.NAT, chain);
  }

  private static ChainKey filter(String chain) {
    return new ChainKey(Table.FILTER, chain);
  }
}
