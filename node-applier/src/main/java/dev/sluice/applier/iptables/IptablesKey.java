package dev.sluice.applier.iptables;

/**
 * What our objects in iptables are called. A chain's value is its rules, a hook's value its rule:
 * lines as the save tool prints them, each ended by a line feed.
 */
public sealed interface IptablesKey extends Comparable<IptablesKey> {
  Table table();

  /** The chain that is ours, or the built-in chain that the hook stands in. */
  String chain();

  /** A chain of ours. */
  record ChainKey(Table table, String chain) implements IptablesKey {
    @Override
    public String toString() {
      return table + " " + chain;
    }
  }

  /**
   * A rule of ours in a chain that is not: it leads packets to us.
   *
   * @param rule the rule without the words {@code -A chain}
   */
  record HookKey(Table table, String chain, String rule) implements IptablesKey {
    @Override
    public String toString() {
      return table + " " + chain + " " + rule;
    }
  }

  /** The rule of a hook; empty for a chain. */
  default String rule() {
    return "";
  }

  /** By table, hooks after chains, then by name. */
  @Override
  default int compareTo(IptablesKey other) {
    int order = table().compareTo(other.table());
    if (order == 0) {
      order = Boolean.compare(this instanceof HookKey, other instanceof HookKey);
    }
    if (order == 0) {
      order = chain().compareTo(other.chain());
    }
    return order != 0 ? order : rule().compareTo(other.rule());
  }
}
