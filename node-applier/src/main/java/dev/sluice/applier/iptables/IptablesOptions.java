package dev.sluice.applier.iptables;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Optional;

/**
 * What shapes the program besides the cluster.
 *
 * @param masqueradeAll whether all traffic to ClusterIPs is masqueraded
 * @param clusterCidrs where pods have their addresses, at most one range of a family; ClusterIP
 *     traffic from elsewhere is masqueraded. None of a family: no ClusterIP traffic of that family
 *     is
 * @param nodePortAddresses the ranges of local addresses that node ports are on; none of either
 *     family: every local address but loopback ones
 * @param masqueradeBit the bit of the packet mark that asks for masquerading, 0 to 31
 * @param conntrackTcpLiberal whether the kernel takes TCP packets out of window for valid (sysctl
 *     net.netfilter.nf_conntrack_tcp_be_liberal); else invalid ones are dropped
 */
public record IptablesOptions(
    boolean masqueradeAll,
    List<Cidr> clusterCidrs,
    List<Cidr> nodePortAddresses,
    int masqueradeBit,
    boolean conntrackTcpLiberal) {
  /** What kube-proxy uses unless told otherwise. */
  public static final int DEFAULT_MASQUERADE_BIT = 14;

  public static final IptablesOptions DEFAULTS =
      new IptablesOptions(false, List.of(), List.of(), DEFAULT_MASQUERADE_BIT, false);

  /** For a kernel that is not liberal. */
  public IptablesOptions(
      boolean masqueradeAll,
      List<Cidr> clusterCidrs,
      List<Cidr> nodePortAddresses,
      int masqueradeBit) {
    this(masqueradeAll, clusterCidrs, nodePortAddresses, masqueradeBit, false);
  }

  public IptablesOptions {
    clusterCidrs = List.copyOf(clusterCidrs);
    nodePortAddresses = List.copyOf(nodePortAddresses);
    if (clusterCidrs.stream().map(Cidr::family).distinct().count() < clusterCidrs.size()) {
      throw new IllegalArgumentException("cluster CIDRs " + clusterCidrs + ": one of a family");
    }
    if (masqueradeBit < 0 || masqueradeBit > 31) {
      throw new IllegalArgumentException("masquerade bit " + masqueradeBit + " is not 0 to 31");
    }
  }

  /** The same for a kernel that is liberal, or is not. */
  public IptablesOptions withConntrackTcpLiberal(boolean liberal) {
    return new IptablesOptions(
        masqueradeAll, clusterCidrs, nodePortAddresses, masqueradeBit, liberal);
  }

  Optional<Cidr> clusterCidr(IpFamily family) {
    return clusterCidrs.stream().filter(cidr -> cidr.family() == family).findFirst();
  }

  List<Cidr> nodePortAddresses(IpFamily family) {
    return nodePortAddresses.stream().filter(cidr -> cidr.family() == family).toList();
  }

  /** The mark as the tools print it. */
  String mark() {
    return "0x" + Integer.toHexString(1 << masqueradeBit);
  }
}
