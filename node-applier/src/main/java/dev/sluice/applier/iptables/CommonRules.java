package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules that do not depend on how Services are forwarded: marks, masquerading, what passes FORWARD,
 * and the hooks that lead there. Every mode that uses iptables has them, under the same names, so
 * that a change of mode leaves them alone. Pure.
 */
public final class CommonRules {
  private static final String COMMENT = "-m comment --comment ";

  private final IptablesOptions options;
  private final boolean randomFully;

  /**
   * @param randomFully whether the tool can spread masqueraded source ports at random
   */
  public CommonRules(IptablesOptions options, boolean randomFully) {
    this.options = options;
    this.randomFully = randomFully;
  }

  /** The chains that are whole; to be added to. */
  public Map<ChainKey, List<String>> chains() {
    String mark = options.mark();
    Map<ChainKey, List<String>> chains = new LinkedHashMap<>();
    chains.put(
        new ChainKey(Table.NAT, ChainNames.MARK_MASQ),
        List.of("-j MARK --set-xmark " + mark + "/" + mark));
    chains.put(new ChainKey(Table.FILTER, ChainNames.FORWARD), forward(mark));
    // kube-proxy's: a flush of the table takes them along, and tools look for them
    chains.put(new ChainKey(Table.NAT, ChainNames.CANARY), List.of());
    chains.put(new ChainKey(Table.FILTER, ChainNames.CANARY), List.of());
    return chains;
  }

  /** The end of the chain that packets leave by: masquerades those with the mark. */
  public List<String> masquerade() {
    String mark = options.mark();
    return List.of(
        "-m mark ! --mark " + mark + "/" + mark + " -j RETURN",
        // cleared, so that a packet that comes by again is not masqueraded twice
        "-j MARK --set-xmark " + mark + "/0x0",
        COMMENT + "\"kubernetes service traffic requiring SNAT\" " + jumpToMasquerade());
  }

  /** Ends a rule whose packets get a source address of the node. */
  public String jumpToMasquerade() {
    return "-j MASQUERADE" + (randomFully ? " --random-fully" : "");
  }

  /** The hooks that lead to these chains, and to the one for Services in nat. */
  public List<HookKey> hooks() {
    String portals = COMMENT + "\"kubernetes service portals\" -j " + ChainNames.SERVICES;
    return List.of(
        new HookKey(Table.NAT, "PREROUTING", portals),
        new HookKey(Table.NAT, "OUTPUT", portals),
        new HookKey(
            Table.NAT,
            "POSTROUTING",
            COMMENT + "\"kubernetes postrouting rules\" -j " + ChainNames.POSTROUTING),
        new HookKey(
            Table.FILTER,
            "FORWARD",
            COMMENT + "\"kubernetes forwarding rules\" -j " + ChainNames.FORWARD));
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
}
