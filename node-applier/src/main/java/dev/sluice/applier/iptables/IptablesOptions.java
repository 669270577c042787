package dev.sluice.applier.iptables;

/**
 * What shapes the program besides the cluster and the node's policy.
 *
 * @param masqueradeBit the bit of the packet mark that asks for masquerading, 0 to 31
 * @param conntrackTcpLiberal whether the kernel takes TCP packets out of window for valid (sysctl
 *     net.netfilter.nf_conntrack_tcp_be_liberal); else invalid ones are dropped
 */
public record IptablesOptions(int masqueradeBit, boolean conntrackTcpLiberal) {
  /** What kube-proxy uses unless told otherwise. */
  public static final int DEFAULT_MASQUERADE_BIT = 14;

  public static final IptablesOptions DEFAULTS = new IptablesOptions(DEFAULT_MASQUERADE_BIT, false);

  public IptablesOptions {
    if (masqueradeBit < 0 || masqueradeBit > 31) {
      throw new IllegalArgumentException("masquerade bit " + masqueradeBit + " is not 0 to 31");
    }
  }

  /** The same for a kernel that is liberal, or is not. */
  public IptablesOptions withConntrackTcpLiberal(boolean liberal) {
    return new IptablesOptions(masqueradeBit, liberal);
  }

  /** The mark as the tools print it. */
  public String mark() {
    return "0x" + Integer.toHexString(1 << masqueradeBit);
  }
}
