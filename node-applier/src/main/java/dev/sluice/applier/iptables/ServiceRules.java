package dev.sluice.applier.iptables;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one Service adds to the program of one family.
 *
 * @param chains chains of its own, with their lines
 * @param entries rules in the trees
 */
record ServiceRules(Map<ChainKey, String> chains, List<Entry> entries) {
  static final ServiceRules NONE = new ServiceRules(Map.of(), List.of());

  /** A rule in a tree. */
  record Entry(Tree tree, Bits key, PrefixTree.Owner owner, String rule) {}

  static ServiceRules of(List<VirtualServer> servers, IpFamily family, NodePolicy policy) {
    Map<ServicePortName, List<VirtualServer>> ports =
        servers.stream()
            .filter(server -> server.family() == family)
            .collect(groupingBy(VirtualServer::name, TreeMap::new, toList()));
    Map<ChainKey, String> lines = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    ports.forEach(
        (name, ofPort) -> {
          PortRules rules = PortRules.of(name, ofPort, family, policy);
          rules
              .chains()
              .forEach(
                  (chain, text) ->
                      lines.put(new ChainKey(Table.NAT, chain), Rule.lines(chain, text)));
          entries.addAll(rules.entries());
        });
    return new ServiceRules(Map.copyOf(lines), List.copyOf(entries));
  }
}
