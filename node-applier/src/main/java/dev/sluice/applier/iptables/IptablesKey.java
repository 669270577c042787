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
   * @param copy 1; where the same rule stands more than once, as after two programs put it there at
   *     the same time, the others are 2 and so on
   */
  record HookKey(Table table, String chain, String rule, int copy) implements IptablesKey {
    /** The rule as we want it: once. */
    public HookKey(Table table, String chain, String rule) {
      this(table, chain, rule, 1);
    }

    @Override
    public String toString() {
      return table + " " + chain + " " + rule + (copy == 1 ? "" : " #" + copy);
    }
  }

  /** The rule of a hook; empty for a chain. */
  default String rule() {
    return "";
  }

  /** Which of several equal hooks; 1 for a chain. */
  default int copy() {
    return 1;
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
    if (order == 0) {
      order = rule().compareTo(other.rule());
    }
    return order != 0 ? order : Integer.compare(copy(), other.copy());
  }
}
