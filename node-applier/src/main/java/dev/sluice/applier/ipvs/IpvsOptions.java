package dev.sluice.applier.ipvs;

import dev.sluice.applier.iptables.IptablesOptions;

/**
 * What shapes the program besides the cluster and the node.
 *
 * @param scheduler by what virtual servers choose a destination, as the kernel calls it
 * @param rules of the constant rules
 */
public record IpvsOptions(String scheduler, IptablesOptions rules) {
  public static final IpvsOptions DEFAULTS = new IpvsOptions("rr", IptablesOptions.DEFAULTS);

  /** The packet marks of virtual servers that are told by one. */
  Marks marks() {
    return new Marks(rules.masqueradeBit());
  }
}
