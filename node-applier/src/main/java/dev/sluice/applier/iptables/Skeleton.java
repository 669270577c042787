package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the program holds whatever the Services are: hooks, marks, and the roots of the trees. */
final class Skeleton {
  private static final String COMMENT = "-m comment --comment ";
  private static final String NEW = "-m conntrack --ctstate NEW ";

  private final IpFamily family;
  private final IptablesOptions options;
  private final boolean randomFully;

  Skeleton(IpFamily family, IptablesOptions options, boolean randomFully) {
    this.family = family;
    this.options = options;
    this.randomFully = randomFully;
  }

  Program<IptablesKey, String> addTo(Program<IptablesKey, String> program) {
    for (Map.Entry<ChainKey, List<String>> chain : chains().entrySet()) {
      String lines = Rule.lines(chain.getKey().chain(), chain.getValue());
      program = program.plus(chain.getKey(), lines);
    }
    for (HookKey hook : hooks()) {
      program = program.plus(hook, Rule.lines(hook.chain(), List.of(hook.rule())));
    }
    return program;
  }

  /** The rules that follow those of a tree in the chain that is its root. */
  List<String> afterRoot(Tree tree) {
    return switch (tree) {
      case SERVICES -> nodePortsEntry();
      case EXTERNAL_REJECTS -> nodePortRejectsEntry();
      default -> List.of();
    };
  }

  private Map<ChainKey, List<String>> chains() {
    String mark = options.mark();
    Map<ChainKey, List<String>> chains = new LinkedHashMap<>();
    chains.put(nat(ChainNames.MARK_MASQ), List.of("-j MARK --set-xmark " + mark + "/" + mark));
    chains.put(
        nat(ChainNames.POSTROUTING),
        List.of(
            // a direct connection of a pod to itself is none of ours
            "-m conntrack --ctstate DNAT -j " + ChainNames.HAIRPIN,
            "-m mark ! --mark " + mark + "/" + mark + " -j RETURN",
            // cleared, so that a packet that comes by again is not masqueraded twice
            "-j MARK --set-xmark " + mark + "/0x0",
            COMMENT
                + "\"kubernetes service traffic requiring SNAT\" -j MASQUERADE"
                + (randomFully ? " --random-fully" : "")));
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
    chains.put(filter(ChainNames.FORWARD), forward(mark));
    // kube-proxy's: a flush of the table takes them along, and tools look for them
    chains.put(nat(ChainNames.CANARY), List.of());
    chains.put(filter(ChainNames.CANARY), List.of());
    return chains;
  }

  /** What is ours to forward passes, even where the host's policy is to forward nothing. */
  private List<String> forward(String mark) {
    List<String> rules = new ArrayList<>();
    if (!options.conntrackTcpLiberal()) {
      // such a packet would leave without being translated, and its receiver reset the connection
      rules.add("-m conntrack --ctstate INVALID -j DROP");
    }
    rules.add(
        "-m mark --mark "
            + mark
            + "/"
            + mark
            + " "
            + COMMENT
            + "\"kubernetes forwarding rules\" -j ACCEPT");
    rules.add(
        "-m conntrack --ctstate RELATED,ESTABLISHED "
            + COMMENT
            + "\"kubernetes forwarding conntrack rule\" -j ACCEPT");
    return rules;
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
    String leaving = COMMENT + "\"kubernetes postrouting rules\" -j " + ChainNames.POSTROUTING;
    return List.of(
        new HookKey(Table.NAT, "PREROUTING", portals),
        new HookKey(Table.NAT, "OUTPUT", portals),
        new HookKey(Table.NAT, "POSTROUTING", leaving),
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
        new HookKey(Table.FILTER, "OUTPUT", NEW + firewall),
        new HookKey(
            Table.FILTER,
            "FORWARD",
            COMMENT + "\"kubernetes forwarding rules\" -j " + ChainNames.FORWARD));
  }

  private List<String> nodePortsEntry() {
    String last =
        COMMENT
            + "\"kubernetes service nodeports; NOTE: this must be the last rule in this chain\"";
    return localDestinations().stream()
        .map(local -> local + " " + last + " -j " + ChainNames.NODE_PORTS)
        .toList();
  }

  private List<String> nodePortRejectsEntry() {
    return localDestinations().stream()
        .map(local -> local + " -j " + ChainNames.REJECT_NODE_PORTS)
        .toList();
  }

  /** How node-port traffic is told; no way where node ports are on the other family only. */
  private List<String> localDestinations() {
    String local = "-m addrtype --dst-type LOCAL";
    if (options.nodePortAddresses().isEmpty()) {
      String loopback = family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128";
      return List.of("! -d " + loopback + " " + local);
    }
    List<String> result = new ArrayList<>();
    for (Cidr range : options.nodePortAddresses(family)) {
      // the tools don't print a range that holds every address
      result.add((range.length() == 0 ? "" : "-d " + range + " ") + local);
    }
    return result;
  }

  private static ChainKey nat(String chain) {
    return new ChainKey(Table.NAT, chain);
  }

  private static ChainKey filter(String chain) {
    return new ChainKey(Table.FILTER, chain);
  }
}
