package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.Verdict.Accept;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.SessionAffinity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one Service port adds to the program of one family: its chains in nat, and where its front
 * ends stand in the trees. Built by one thread, then only read.
 */
final class PortRules {
  private final ServicePortName name;
  private final IpFamily family;
  private final NodePolicy policy;
  private final Map<String, List<String>> chains = new LinkedHashMap<>();
  private final List<ServiceRules.Entry> entries = new ArrayList<>();

  private PortRules(ServicePortName name, IpFamily family, NodePolicy policy) {
    this.name = name;
    this.family = family;
    this.policy = policy;
  }

  static PortRules of(
      ServicePortName name, List<VirtualServer> servers, IpFamily family, NodePolicy policy) {
    PortRules rules = new PortRules(name, family, policy);
    Map<EndpointSet, NavigableSet<Destination>> sets = sets(servers);
    Optional<SessionAffinity> affinity =
        servers.stream().flatMap(server -> server.affinity().stream()).findFirst();
    servers.forEach(rules::frontEnd);
    sets.forEach((set, destinations) -> rules.balance(set, destinations, affinity));
    boolean fromOtherNodes = servers.stream().anyMatch(VirtualServer::keepsSource);
    rules.endpoints(all(sets.values()), affinity.isPresent(), fromOtherNodes);
    return rules;
  }

  /** Chains of its own, with their rules. */
  Map<String, List<String>> chains() {
    return chains;
  }

  List<ServiceRules.Entry> entries() {
    return entries;
  }

  /** The endpoint sets that any front end uses; a set is the same for all of them. */
  private static Map<EndpointSet, NavigableSet<Destination>> sets(List<VirtualServer> servers) {
    Map<EndpointSet, NavigableSet<Destination>> sets = new EnumMap<>(EndpointSet.class);
    for (VirtualServer server : servers) {
      List<Verdict> verdicts = new ArrayList<>(server.fromCluster().stream().toList());
      verdicts.add(server.verdict());
      for (Verdict verdict : verdicts) {
        if (verdict instanceof Balance(EndpointSet set, List<Destination> destinations)) {
          sets.computeIfAbsent(set, _ -> new TreeSet<>()).addAll(destinations);
        }
      }
    }
    return sets;
  }

  /**
   * Each endpoint once. Where two slices have it, one on this node and one on another, the sets may
   * have it once as local and once not: then it may be here.
   */
  private static Collection<Destination> all(Collection<NavigableSet<Destination>> sets) {
    SortedMap<Destination, Destination> all = new TreeMap<>();
    for (NavigableSet<Destination> set : sets) {
      set.forEach(one -> all.merge(one, one, (first, second) -> first.local() ? first : second));
    }
    return all.values();
  }

  private void frontEnd(VirtualServer server) {
    switch (server.frontEnd()) {
      case FrontEnd.ClusterIp front -> clusterIp(server, front);
      case FrontEnd.ExternalIp front -> {
        addressed(server, front, "external IP", ChainNames.external(name));
        unserved(server, Tree.EXTERNAL_REJECTS);
      }
      case FrontEnd.LoadBalancerIp front -> {
        // without any endpoint it is refused, whoever asks
        boolean limited = !server.sourceRanges().isEmpty() && external(server);
        addressed(
            server,
            front,
            "loadbalancer IP",
            limited ? ChainNames.firewall(name) : ChainNames.external(name));
        unserved(server, Tree.EXTERNAL_REJECTS);
        if (limited) {
          firewall(server, front);
        }
      }
      case FrontEnd.NodePort front -> {
        if (external(server)) {
          String match = Rule.port(name.protocol(), front.port(), name.toString());
          enter(
              Tree.nodePorts(name.protocol()), front, Rule.jump(match, ChainNames.external(name)));
        }
        unserved(server, Tree.rejectedNodePorts(name.protocol()));
      }
      case FrontEnd.HealthCheckNodePort front ->
          enter(Tree.HEALTH_CHECKS, front, match(front, "health check node port") + " -j ACCEPT");
    }
  }

  private void clusterIp(VirtualServer server, FrontEnd.ClusterIp front) {
    if (server.verdict() instanceof Balance balance) {
      String chain = ChainNames.of(balance.set(), name);
      enter(Tree.SERVICES, front, Rule.jump(match(front, "cluster IP"), chain));
      chain(chain).addAll(masqueradeMarks(front));
    }
    unserved(server, Tree.REJECTS);
  }

  private void addressed(
      VirtualServer server, FrontEnd.Addressed front, String kind, String target) {
    if (external(server)) {
      enter(Tree.SERVICES, front, Rule.jump(match(front, kind), target));
    }
  }

  /** Makes the chain for traffic from outside; false where no traffic would get anywhere by it. */
  private boolean external(VirtualServer server) {
    String chain = ChainNames.external(name);
    boolean served =
        server.verdict() instanceof Balance
            || server.fromCluster().filter(Balance.class::isInstance).isPresent();
    if (!served || chains.containsKey(chain)) {
      return served;
    }
    List<String> rules = chain(chain);
    if (!server.keepsSource()) {
      // masqueraded, so that answers come back through this node
      rules.add("-j " + ChainNames.MARK_MASQ);
    }
    if (server.fromCluster().orElse(server.verdict()) instanceof Balance inside
        && server.keepsSource()) {
      rules.addAll(shortCircuit(ChainNames.of(inside.set(), name)));
    }
    if (server.verdict() instanceof Balance outside) {
      rules.add("-j " + ChainNames.of(outside.set(), name));
    }
    return true;
  }

  /** Pods and the node itself need not come by the nodes that have endpoints. */
  private List<String> shortCircuit(String chain) {
    List<String> rules = new ArrayList<>();
    String destinations = name + " external destinations\"";
    new PodMatch(policy.pods(), family)
        .pod()
        .ifPresent(
            pod ->
                rules.add(
                    "%s-m comment --comment \"pod traffic for %s -j %s"
                        .formatted(pod, destinations, chain)));
    rules.add(
        "-m comment --comment \"masquerade LOCAL traffic for %s -m addrtype --src-type LOCAL -j %s"
            .formatted(destinations, ChainNames.MARK_MASQ));
    rules.add(
        "-m comment --comment \"route LOCAL traffic for %s -m addrtype --src-type LOCAL -j %s"
            .formatted(destinations, chain));
    return rules;
  }

  /**
   * Lets in who may come; what is not led on is dropped in the filter table. All addresses share
   * the chain, and each may let in itself besides what the Service does.
   */
  private void firewall(VirtualServer server, FrontEnd.LoadBalancerIp front) {
    String chain = ChainNames.firewall(name);
    List<String> rules = chain(chain);
    for (Cidr range : server.sourceRanges()) {
      String source = range.length() == 0 ? "" : "-s " + range + " ";
      String rule =
          "%s-m comment --comment \"%s loadbalancer IP\" -j %s"
              .formatted(source, name, ChainNames.external(name));
      if (!rules.contains(rule)) {
        rules.add(rule);
      }
    }
    String comment = "traffic not accepted by " + chain;
    enter(Tree.FIREWALL, front, match(front, comment) + " -j DROP");
  }

  private void unserved(VirtualServer server, Tree tree) {
    FrontEnd front = server.frontEnd();
    switch (server.verdict()) {
      case Balance _, Accept _ -> {}
      case Reject _ ->
          enter(
              tree, front, Rule.reject(match(front, "has no endpoints"), name.protocol(), family));
      case Drop _ -> enter(tree, front, match(front, "has no local endpoints") + " -j DROP");
    }
  }

  private void balance(
      EndpointSet set, NavigableSet<Destination> destinations, Optional<SessionAffinity> affinity) {
    List<String> rules = chain(ChainNames.of(set, name));
    affinity.ifPresent(
        sticky ->
            destinations.forEach(
                destination -> rules.add(Rule.known(name, destination, sticky.timeoutSeconds()))));
    int left = destinations.size();
    for (Destination destination : destinations) {
      String chance = Rule.chance(left--);
      rules.add(
          affinity.isPresent()
              ? (chance + " -j " + ChainNames.endpoint(name, destination)).strip()
              : Rule.dnat(name.protocol(), chance, destination));
    }
  }

  /**
   * A chain each where clients stick, and what it takes for one to reach itself.
   *
   * @param fromOtherNodes whether pods of other nodes may come by here with their own address, and
   *     be led back to themselves
   */
  private void endpoints(
      Collection<Destination> destinations, boolean sticky, boolean fromOtherNodes) {
    for (Destination destination : destinations) {
      if (sticky) {
        String chain = ChainNames.endpoint(name, destination);
        chain(chain).add(Rule.dnat(name.protocol(), Rule.learn(chain, family), destination));
      }
      if (destination.local() || fromOtherNodes) {
        Cidr address = Cidr.of(destination.address());
        String rule = "-s %s -d %s -j %s".formatted(address, address, ChainNames.MARK_MASQ);
        entries.add(
            new ServiceRules.Entry(
                Tree.HAIRPIN,
                Bits.of(destination.address()),
                new PrefixTree.Owner(name + "/" + name.protocol().lowerCase() + "/endpoint"),
                rule));
      }
    }
  }

  private List<String> masqueradeMarks(FrontEnd.ClusterIp front) {
    String protocol = name.protocol().lowerCase();
    Cidr destination = Cidr.of(front.address());
    Optional<String> whose =
        policy.masqueradeAll()
            ? Optional.of("-d " + destination + " ")
            : new PodMatch(policy.pods(), family).others(destination);
    return whose.stream()
        .map(
            match ->
                "%s-p %s -m %s --dport %d -j %s"
                    .formatted(match, protocol, protocol, front.port(), ChainNames.MARK_MASQ))
        .toList();
  }

  private String match(FrontEnd front, String what) {
    String comment = name + " " + what;
    return switch (front) {
      case FrontEnd.Addressed addressed ->
          Rule.front(Cidr.of(addressed.address()), name.protocol(), front.port(), comment);
      case FrontEnd.OnNode port -> Rule.port(name.protocol(), port.port(), comment);
    };
  }

  private void enter(Tree tree, FrontEnd front, String rule) {
    Bits key =
        switch (front) {
          case FrontEnd.Addressed addressed -> Bits.of(addressed.address());
          case FrontEnd.OnNode port -> Bits.ofPort(port.port());
        };
    PrefixTree.Owner owner = new PrefixTree.Owner(VirtualServer.precedence(name, front));
    entries.add(new ServiceRules.Entry(tree, key, owner, rule));
  }

  private List<String> chain(String chain) {
    return chains.computeIfAbsent(chain, _ -> new ArrayList<>());
  }
}
