package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.VirtualServer;

/** The rules for some Services in one of the layouts. Immutable. */
public sealed interface RuleSet permits SluiceRules, KubeProxyRules {
  /** What the restore tool takes to make them in an empty kernel. */
  String load();

  /** What leads to the rules where a Service that is there already is like this. */
  Step changed(VirtualServer server);

  /**
   * A change.
   *
   * @param script what the restore tool takes
   * @param after the rules then
   */
  record Step(String script, RuleSet after) {}
}
