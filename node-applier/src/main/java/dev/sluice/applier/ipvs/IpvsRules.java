package dev.sluice.applier.ipvs;

import static dev.sluice.applier.iptables.ChainNames.IPVS_FILTER;
import static dev.sluice.applier.iptables.ChainNames.IPVS_LOAD_BALANCER;
import static dev.sluice.applier.iptables.ChainNames.IPVS_MARK;
import static dev.sluice.applier.iptables.ChainNames.IPVS_MARK_OUTPUT;
import static dev.sluice.applier.iptables.ChainNames.IPVS_NODE_PORT;
import static dev.sluice.applier.iptables.ChainNames.IPVS_SOURCE_RANGES;
import static dev.sluice.applier.iptables.ChainNames.MARK_MASQ;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.iptables.ChainNames;
import dev.sluice.applier.iptables.CommonRules;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.iptables.PodMatch;
import dev.sluice.applier.iptables.Rule;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rules of one family that IPVS needs around it. They ask sets, so no Service changes them:
 * they depend on the flags alone. Pure.
 *
 * <p>Packets to Services come by PREROUTING, where they get marks, then by INPUT, since the
 * addresses are the node's own; IPVS takes them after the filter table. What the node itself sends
 * IPVS takes in OUTPUT, after nat and before the filter table; what it does not take arrives in
 * INPUT by the loopback interface.
 */
final class IpvsRules {
  private static final String NEW = "-m conntrack --ctstate NEW ";
  private static final String TAKEN = "-m ipvs --ipvs ";
  private static final String COMMENT = "-m comment --comment ";

  private final IpFamily family;
  private final CommonRules common;
  private final String shortCircuit;
  private final NodePolicy policy;

  private IpvsRules(IpFamily family, IpvsOptions options, boolean randomFully, NodePolicy policy) {
    this.family = family;
    common = new CommonRules(options.rules(), randomFully);
    shortCircuit = options.marks().match();
    this.policy = policy;
  }

  /**
   * The program that iptables shall hold.
   *
   * @param randomFully whether the tool can spread masqueraded source ports at random
   */
  static Program<IptablesKey, String> program(
      IpFamily family, IpvsOptions options, boolean randomFully, NodePolicy policy) {
    IpvsRules rules = new IpvsRules(family, options, randomFully, policy);
    Program<IptablesKey, String> program = Program.empty();
    for (Map.Entry<ChainKey, List<String>> chain : rules.chains().entrySet()) {
      program = program.plus(chain.getKey(), Rule.lines(chain.getKey().chain(), chain.getValue()));
    }
    for (HookKey hook : rules.hooks()) {
      program = program.plus(hook, Rule.lines(hook.chain(), List.of(hook.rule())));
    }
    return program;
  }

  private Map<ChainKey, List<String>> chains() {
    Map<ChainKey, List<String>> chains = common.chains();
    chains.put(new ChainKey(Table.MANGLE, ChainNames.CANARY), List.of());
    chains.put(new ChainKey(Table.MANGLE, IPVS_MARK), mark());
    chains.put(new ChainKey(Table.MANGLE, IPVS_MARK_OUTPUT), markOutput());
    chains.put(new ChainKey(Table.MANGLE, IPVS_SOURCE_RANGES), sourceRanges());
    chains.put(new ChainKey(Table.NAT, ChainNames.SERVICES), services());
    chains.put(new ChainKey(Table.NAT, IPVS_LOAD_BALANCER), loadBalancers());
    chains.put(new ChainKey(Table.NAT, IPVS_NODE_PORT), nodePorts());
    chains.put(new ChainKey(Table.NAT, ChainNames.POSTROUTING), postrouting());
    chains.put(new ChainKey(Table.FILTER, IPVS_FILTER), filter());
    chains.put(new ChainKey(Table.FILTER, ChainNames.FIREWALL), firewall());
    chains.put(new ChainKey(Table.FILTER, IPVS_SOURCE_RANGES), sourceRanges());
    return chains;
  }

  private List<HookKey> hooks() {
    List<HookKey> hooks = new ArrayList<>(common.hooks());
    String marks = NEW + COMMENT + "\"kubernetes ipvs short circuit\" -j ";
    hooks.add(new HookKey(Table.MANGLE, "PREROUTING", marks + IPVS_MARK));
    hooks.add(new HookKey(Table.MANGLE, "OUTPUT", marks + IPVS_MARK_OUTPUT));
    hooks.add(
        new HookKey(
            Table.FILTER,
            "INPUT",
            COMMENT + "\"kubernetes ipvs access filter\" -j " + IPVS_FILTER));
    return hooks;
  }

  /** Pods need not come by the nodes that have endpoints: they go by another virtual server. */
  private List<String> mark() {
    return new PodMatch(policy.pods(), family)
        .pod()
        .map(pod -> pod + setMark())
        .map(List::of)
        .orElse(List.of());
  }

  /** Nor need the node itself; but who may not use a load balancer must not get to IPVS. */
  private List<String> markOutput() {
    return List.of(
        matches(IpvsSet.LOAD_BALANCER_FW, "dst,dst") + "-j " + IPVS_SOURCE_RANGES, setMark());
  }

  private String setMark() {
    return "-j SET --map-set " + IpvsSet.SHORT_CIRCUIT.name(family) + " dst,dst --map-mark";
  }

  private List<String> services() {
    List<String> rules = new ArrayList<>();
    rules.add(
        COMMENT
            + "\"Kubernetes service lb portal\" "
            + matches(IpvsSet.LOAD_BALANCER, "dst,dst")
            + "-j "
            + IPVS_LOAD_BALANCER);
    (policy.masqueradeAll()
            ? java.util.Optional.of("")
            : new PodMatch(policy.pods(), family).others())
        .ifPresent(
            others ->
                rules.add(
                    others
                        + COMMENT
                        + "\"Kubernetes service cluster ip and port for masquerade purpose\" "
                        + matches(IpvsSet.CLUSTER_IP, "dst,dst")
                        + "-j "
                        + MARK_MASQ));
    rules.add(
        COMMENT
            + "\"Kubernetes service external ip and port for masquerade and filter purpose\" "
            + matches(IpvsSet.EXTERNAL_IP, "dst,dst")
            + "-j "
            + MARK_MASQ);
    // a Service's own address is the node's too, and may have a port that is a node port elsewhere
    rules.add(
        "-m set ! --match-set "
            + IpvsSet.IPVS_IPS.name(family)
            + " dst -m addrtype --dst-type LOCAL -j "
            + IPVS_NODE_PORT);
    return rules;
  }

  private List<String> loadBalancers() {
    return List.of(
        matches(IpvsSet.LOAD_BALANCER_LOCAL, "dst,dst") + "-j RETURN", "-j " + MARK_MASQ);
  }

  private List<String> nodePorts() {
    return List.of(
        "-p tcp " + matches(IpvsSet.NODE_PORT_LOCAL_TCP, "dst") + "-j RETURN",
        "-p tcp " + matches(IpvsSet.NODE_PORT_TCP, "dst") + "-j " + MARK_MASQ,
        "-p udp " + matches(IpvsSet.NODE_PORT_LOCAL_UDP, "dst") + "-j RETURN",
        "-p udp " + matches(IpvsSet.NODE_PORT_UDP, "dst") + "-j " + MARK_MASQ,
        "-p sctp " + matches(IpvsSet.NODE_PORT_LOCAL_SCTP_HASH, "dst,dst") + "-j RETURN",
        "-p sctp " + matches(IpvsSet.NODE_PORT_SCTP_HASH, "dst,dst") + "-j " + MARK_MASQ);
  }

  private List<String> postrouting() {
    List<String> rules = new ArrayList<>();
    String masquerade = common.jumpToMasquerade();
    rules.add(
        COMMENT
            + "\"Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose\" "
            + matches(IpvsSet.LOOP_BACK, "dst,dst,src")
            + TAKEN
            + masquerade);
    // The node's own packets come from the address that they were sent to, as that is local.
    rules.add(matches(IpvsSet.IPVS_IPS, "src") + TAKEN + masquerade);
    rules.add(
        "-m mark --mark " + shortCircuit + " -m addrtype --src-type LOCAL " + TAKEN + masquerade);
    rules.addAll(common.masquerade());
    return rules;
  }

  /** What is not refused or dropped is let in, whatever else the host lets in. */
  private List<String> filter() {
    List<String> rules = new ArrayList<>();
    rules.add(NEW + "-j " + ChainNames.FIREWALL);
    rules.add("-m mark --mark " + shortCircuit + " -j ACCEPT");
    rules.add(NEW + matches(IpvsSet.DROP, "dst,dst") + "-j DROP");
    rules.addAll(reject(IpvsSet.REJECT, "dst,dst"));
    rules.add(matches(IpvsSet.SERVERS, "dst,dst") + "-j ACCEPT");
    rules.add("-p tcp " + matches(IpvsSet.HEALTH_CHECK_NODE_PORT, "dst") + "-j ACCEPT");
    // an address answers pings, but must not lead to what listens on all addresses of the node
    rules.add("-p " + (family == IpFamily.IPV4 ? "icmp" : "ipv6-icmp") + " -j RETURN");
    rules.addAll(reject(IpvsSet.IPVS_IPS, "dst"));
    return rules;
  }

  private List<String> reject(IpvsSet set, String fields) {
    String match = NEW + matches(set, fields).strip();
    return List.of(
        Rule.reject("-p tcp " + match, Protocol.TCP, family),
        Rule.reject(match, Protocol.UDP, family));
  }

  private List<String> firewall() {
    return List.of(matches(IpvsSet.LOAD_BALANCER_FW, "dst,dst") + "-j " + IPVS_SOURCE_RANGES);
  }

  private List<String> sourceRanges() {
    return List.of(
        matches(IpvsSet.LOAD_BALANCER_SOURCE_CIDR, "dst,dst,src") + "-j RETURN",
        matches(IpvsSet.LOAD_BALANCER_SOURCE_IP, "dst,dst,src") + "-j RETURN",
        "-j DROP");
  }

  private String matches(IpvsSet set, String fields) {
    return "-m set --match-set " + set.name(family) + " " + fields + " ";
  }
}
