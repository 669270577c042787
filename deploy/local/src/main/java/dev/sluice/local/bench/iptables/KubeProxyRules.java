package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd.ClusterIp;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.ChainNames;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * What kube-proxy writes for Services with a ClusterIP and endpoints (kubernetes
 * pkg/proxy/iptables/proxier.go): one list of all Services, a chain for each Service, and a chain
 * for each endpoint. Pure.
 *
 * @param servers by the address of each, which is its place in the list
 */
record KubeProxyRules(IpFamily family, PMap<IpAddress, VirtualServer> servers) implements RuleSet {
  private static final String FILTER =
      """
      *filter
      :KUBE-EXTERNAL-SERVICES - [0:0]
      :KUBE-FORWARD - [0:0]
      :KUBE-NODEPORTS - [0:0]
      :KUBE-PROXY-CANARY - [0:0]
      :KUBE-PROXY-FIREWALL - [0:0]
      :KUBE-SERVICES - [0:0]
      -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
      -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
      -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
      -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
      -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
      -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
      -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
      -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
      -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
      -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      COMMIT
      """;

  private static final String NAT_CHAINS =
      """
      *nat
      :KUBE-MARK-MASQ - [0:0]
      :KUBE-NODEPORTS - [0:0]
      :KUBE-POSTROUTING - [0:0]
      :KUBE-PROXY-CANARY - [0:0]
      :KUBE-SERVICES - [0:0]
      """;

  private static final String NAT_RULES =
      """
      -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
      -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
      -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
      -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
      -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
      """;

  static KubeProxyRules of(IpFamily family, List<VirtualServer> servers) {
    PMap<IpAddress, VirtualServer> byAddress = TreePMap.empty();
    for (VirtualServer server : servers) {
      byAddress = byAddress.plus(front(server).address(), server);
    }
    return new KubeProxyRules(family, byAddress);
  }

  @Override
  public String load() {
    StringBuilder chains = new StringBuilder(NAT_CHAINS);
    StringBuilder rules = new StringBuilder(NAT_RULES);
    for (VirtualServer server : servers.values()) {
      addEntry(server, rules);
      addServiceChain(server, chains, rules);
      for (Destination endpoint : endpoints(server)) {
        addEndpointChain(server.name(), endpoint, chains, rules);
      }
    }
    String loopback = family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128";
    rules.append(
        """
        -A KUBE-SERVICES ! -d %s -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        """
            .formatted(loopback));
    return FILTER + chains + rules + "COMMIT\n";
  }

  /**
   * The Service's chain anew, the chains of endpoints that come, and the end of those that go.
   * (kube-proxy also writes all of KUBE-SERVICES every time, which no change of endpoints needs;
   * and in large clusters it looks only now and then for chains that are to go.)
   */
  @Override
  public Step changed(VirtualServer server) {
    IpAddress address = front(server).address();
    List<Destination> before =
        Optional.ofNullable(servers.get(address)).map(KubeProxyRules::endpoints).orElseThrow();
    List<Destination> now = endpoints(server);
    StringBuilder chains = new StringBuilder("*nat\n");
    StringBuilder rules = new StringBuilder();
    addServiceChain(server, chains, rules);
    for (Destination endpoint : now) {
      if (!before.contains(endpoint)) {
        addEndpointChain(server.name(), endpoint, chains, rules);
      }
    }
    for (Destination endpoint : before) {
      if (!now.contains(endpoint)) {
        String chain = ChainNames.endpoint(server.name(), endpoint);
        declare(chain, chains);
        rules.append("-X ").append(chain).append('\n');
      }
    }
    return new Step(
        chains.append(rules).append("COMMIT\n").toString(),
        new KubeProxyRules(family, servers.plus(address, server)));
  }

  private static void addEntry(VirtualServer server, StringBuilder rules) {
    ClusterIp front = front(server);
    rules
        .append("-A KUBE-SERVICES -d ")
        .append(Cidr.of(front.address()))
        .append(" -p tcp -m comment --comment \"")
        .append(server.name())
        .append(" cluster IP\" -m tcp --dport ")
        .append(front.port())
        .append(" -j ")
        .append(ChainNames.service(server.name()))
        .append('\n');
  }

  private static void addServiceChain(
      VirtualServer server, StringBuilder chains, StringBuilder rules) {
    String chain = ChainNames.service(server.name());
    declare(chain, chains);
    List<Destination> endpoints = endpoints(server);
    for (int i = 0; i < endpoints.size(); i++) {
      rules
          .append("-A ")
          .append(chain)
          .append(" -m comment --comment \"")
          .append(server.name())
          .append(" -> ")
          .append(endpoints.get(i))
          .append('"')
          .append(chance(endpoints.size() - i))
          .append(" -j ")
          .append(ChainNames.endpoint(server.name(), endpoints.get(i)))
          .append('\n');
    }
  }

  private static String chance(int among) {
    return among == 1
        ? ""
        : String.format(
            Locale.ROOT, " -m statistic --mode random --probability %.10f", 1.0 / among);
  }

  private static void addEndpointChain(
      ServicePortName name, Destination endpoint, StringBuilder chains, StringBuilder rules) {
    String chain = ChainNames.endpoint(name, endpoint);
    declare(chain, chains);
    rules
        .append("-A ")
        .append(chain)
        .append(" -s ")
        .append(Cidr.of(endpoint.address()))
        .append(" -m comment --comment \"")
        .append(name)
        .append("\" -j KUBE-MARK-MASQ\n-A ")
        .append(chain)
        .append(" -p tcp -m comment --comment \"")
        .append(name)
        .append("\" -m tcp -j DNAT --to-destination ")
        .append(endpoint)
        .append('\n');
  }

  private static void declare(String chain, StringBuilder chains) {
    chains.append(':').append(chain).append(" - [0:0]\n");
  }

  private static ClusterIp front(VirtualServer server) {
    if (server.frontEnd() instanceof ClusterIp front) {
      return front;
    }
    throw new IllegalArgumentException(server.name() + ": not a ClusterIP");
  }

  private static List<Destination> endpoints(VirtualServer server) {
    if (server.verdict() instanceof Balance balance) {
      return balance.destinations();
    }
    throw new IllegalArgumentException(server.name() + ": no endpoints");
  }
}
