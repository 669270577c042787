package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import java.util.List;

/** How rules are laid out. */
public enum Layout {
  SLUICE("sluice"),
  KUBE_PROXY("kube-proxy");

  private final String label;

  Layout(String label) {
    this.label = label;
  }

  /** The rules for these Services; for none of them, what stands whatever Services there are. */
  public RuleSet rules(IpFamily family, List<VirtualServer> servers) {
    return switch (this) {
      case SLUICE -> SluiceRules.of(family, servers);
      case KUBE_PROXY -> KubeProxyRules.of(family, servers);
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
