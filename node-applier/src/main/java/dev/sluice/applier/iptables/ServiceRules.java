package dev.sluice.applier.iptables;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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

  static ServiceRules of(List<VirtualServer> servers, IpFamily family, IptablesOptions options) {
    Map<ServicePortName, List<VirtualServer>> ports =
        servers.stream()
            .filter(server -> server.family() == family)
            .collect(groupingBy(VirtualServer::name, TreeMap::new, toList()));
    Builder builder = new Builder(family, options);
    ports.forEach(builder::port);
    return builder.build();
  }

  private static final class Builder {
    private final IpFamily family;
    private final IptablesOptions options;
    private final Map<ChainKey, List<String>> chains = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    Builder(IpFamily family, IptablesOptions options) {
      this.family = family;
      this.options = options;
    }

    ServiceRules build() {
      Map<ChainKey, String> lines = new HashMap<>();
      chains.forEach((key, rules) -> lines.put(key, Rule.lines(key.chain(), rules)));
      return new ServiceRules(Map.copyOf(lines), List.copyOf(entries));
    }

    void port(ServicePortName name, List<VirtualServer> servers) {
      List<String> marks = new ArrayList<>();
      SortedSet<Destination> destinations = new TreeSet<>(); // the same for every front end
      for (VirtualServer server : servers) {
        switch (server.verdict()) {
          case Reject _ -> reject(name, server.frontEnd());
          case Balance balance -> {
            destinations.addAll(balance.destinations());
            marks.addAll(lead(name, server.frontEnd()));
          }
        }
      }
      if (!destinations.isEmpty()) {
        List<String> rules = chain(ChainNames.service(name));
        rules.addAll(marks);
        rules.addAll(balance(name.protocol(), destinations));
        hairpin(name, destinations);
      }
    }

    /** Leads packets from a front end to the port's chain; returns the marks they need there. */
    private List<String> lead(ServicePortName name, FrontEnd frontEnd) {
      return switch (frontEnd) {
        case FrontEnd.ClusterIp front -> {
          String match =
              Rule.front(
                  Cidr.of(front.address()), name.protocol(), front.port(), name + " cluster IP");
          enter(Tree.SERVICES, front, name, Rule.jump(match, ChainNames.service(name)));
          yield masqueradeMarks(front, name.protocol());
        }
        case FrontEnd.NodePort front -> {
          Tree tree = Tree.nodePorts(name.protocol());
          String match = Rule.port(name.protocol(), front.port(), name.toString());
          enter(tree, front, name, Rule.jump(match, ChainNames.external(name)));
          // masqueraded, so that answers come back through this node
          chain(ChainNames.external(name))
              .addAll(List.of("-j " + ChainNames.MARK_MASQ, "-j " + ChainNames.service(name)));
          yield List.of();
        }
      };
    }

    private static List<String> balance(Protocol protocol, SortedSet<Destination> destinations) {
      List<String> rules = new ArrayList<>();
      for (Destination destination : destinations) {
        rules.add(Rule.dnat(protocol, destination, destinations.size() - rules.size()));
      }
      return rules;
    }

    private void hairpin(ServicePortName name, SortedSet<Destination> destinations) {
      for (Destination destination : destinations) {
        if (destination.local()) {
          Cidr address = Cidr.of(destination.address());
          String rule = "-s %s -d %s -j %s".formatted(address, address, ChainNames.MARK_MASQ);
          entries.add(new Entry(Tree.HAIRPIN, Bits.of(destination.address()), owner(name), rule));
        }
      }
    }

    private List<String> masqueradeMarks(FrontEnd.ClusterIp front, Protocol protocol) {
      String name = protocol.lowerCase();
      String match =
          "-d %s -p %s -m %s --dport %d -j %s"
              .formatted(Cidr.of(front.address()), name, name, front.port(), ChainNames.MARK_MASQ);
      if (options.masqueradeAll()) {
        return List.of(match);
      }
      return options
          .clusterCidr(family)
          .map(pods -> List.of("! -s " + pods + " " + match))
          .orElse(List.of());
    }

    private void reject(ServicePortName name, FrontEnd frontEnd) {
      String comment = name + " has no endpoints";
      switch (frontEnd) {
        case FrontEnd.ClusterIp front -> {
          String match =
              Rule.front(Cidr.of(front.address()), name.protocol(), front.port(), comment);
          enter(Tree.REJECTS, front, name, Rule.reject(match, name.protocol(), family));
        }
        case FrontEnd.NodePort front -> {
          Tree tree = Tree.rejectedNodePorts(name.protocol());
          String match = Rule.port(name.protocol(), front.port(), comment);
          enter(tree, front, name, Rule.reject(match, name.protocol(), family));
        }
      }
    }

    private void enter(Tree tree, FrontEnd front, ServicePortName name, String rule) {
      Bits key =
          switch (front) {
            case FrontEnd.ClusterIp ip -> Bits.of(ip.address());
            case FrontEnd.NodePort port -> Bits.ofPort(port.port());
          };
      entries.add(new Entry(tree, key, owner(name), rule));
    }

    private List<String> chain(String name) {
      return chains.computeIfAbsent(new ChainKey(Table.NAT, name), _ -> new ArrayList<>());
    }

    private static PrefixTree.Owner owner(ServicePortName name) {
      return new PrefixTree.Owner(name + "/" + name.protocol().lowerCase());
    }
  }
}
