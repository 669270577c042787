package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.ipset.SetType;
import dev.sluice.events.model.IpFamily;
import java.util.Optional;

/**
 * The sets that the constant rules ask. Names are kube-proxy's where it has the set (kubernetes
 * pkg/proxy/ipvs/ipset.go); those that begin with KUBE-IPVS- are ours but for KUBE-IPVS-IPS.
 */
public enum IpvsSet {
  /** What reaches itself: endpoint, its port, endpoint. */
  LOOP_BACK("LOOP-BACK", SetType.HASH_IP_PORT_IP),
  CLUSTER_IP("CLUSTER-IP", SetType.HASH_IP_PORT),
  /** With externalTrafficPolicy Cluster. */
  EXTERNAL_IP("EXTERNAL-IP", SetType.HASH_IP_PORT),
  EXTERNAL_IP_LOCAL("EXTERNAL-IP-LOCAL", SetType.HASH_IP_PORT),
  /** All of them; those of the next also. */
  LOAD_BALANCER("LOAD-BALANCER", SetType.HASH_IP_PORT),
  LOAD_BALANCER_LOCAL("LOAD-BALANCER-LOCAL", SetType.HASH_IP_PORT),
  /** Those that not everybody may use. */
  LOAD_BALANCER_FW("LOAD-BALANCER-FW", SetType.HASH_IP_PORT),
  LOAD_BALANCER_SOURCE_CIDR("LOAD-BALANCER-SOURCE-CIDR", SetType.HASH_IP_PORT_NET),
  LOAD_BALANCER_SOURCE_IP("LOAD-BALANCER-SOURCE-IP", SetType.HASH_IP_PORT_IP),
  NODE_PORT_TCP("NODE-PORT-TCP", SetType.BITMAP_PORT),
  NODE_PORT_LOCAL_TCP("NODE-PORT-LOCAL-TCP", SetType.BITMAP_PORT),
  NODE_PORT_UDP("NODE-PORT-UDP", SetType.BITMAP_PORT),
  NODE_PORT_LOCAL_UDP("NODE-PORT-LOCAL-UDP", SetType.BITMAP_PORT),
  NODE_PORT_SCTP_HASH("NODE-PORT-SCTP-HASH", SetType.HASH_IP_PORT),
  NODE_PORT_LOCAL_SCTP_HASH("NODE-PORT-LOCAL-SCTP-HASH", SetType.HASH_IP_PORT),
  HEALTH_CHECK_NODE_PORT("HEALTH-CHECK-NODE-PORT", SetType.BITMAP_PORT),
  /** All addresses on the device. */
  IPVS_IPS("IPVS-IPS", SetType.HASH_IP),
  /** Every virtual server that has an address: this is also how a restart knows them for ours. */
  SERVERS("IPVS-SERVERS", SetType.HASH_IP_PORT),
  /** Front ends that are refused: nothing serves them anywhere. */
  REJECT("IPVS-REJECT", SetType.HASH_IP_PORT),
  /** Front ends that are not answered: only other nodes have endpoints. */
  DROP("IPVS-DROP", SetType.HASH_IP_PORT),
  /** Virtual servers that are not wanted, but have connections; no rule asks it, a restart does. */
  CLOSING("IPVS-CLOSING", SetType.HASH_IP_PORT),
  /** With externalTrafficPolicy Local: by which mark those inside go to the whole cluster. */
  SHORT_CIRCUIT("IPVS-SHORT-CIRCUIT", SetType.HASH_IP_PORT);

  private static final String PREFIX = "KUBE-";
  private static final String PREFIX_IPV6 = "KUBE-6-";
  private static final int LONGEST = 31; // kube-proxy cuts off what the kernel has no room for

  private final String name;
  private final SetType type;

  IpvsSet(String name, SetType type) {
    this.name = name;
    this.type = type;
  }

  /** What the kernel calls it in a family. */
  public String name(IpFamily family) {
    String full = (family == IpFamily.IPV4 ? PREFIX : PREFIX_IPV6) + name;
    return full.substring(0, Math.min(full.length(), LONGEST));
  }

  SetType type() {
    return type;
  }

  /** The set in a family. */
  public SetDefinition definition(IpFamily family) {
    return new SetDefinition(name(family), type, family, this == SHORT_CIRCUIT);
  }

  /** The set of a family that the kernel calls so; empty: none of ours. */
  static Optional<IpvsSet> named(String name, IpFamily family) {
    for (IpvsSet set : values()) {
      if (set.name(family).equals(name)) {
        return Optional.of(set);
      }
    }
    return Optional.empty();
  }

  /** The name without the family's prefix. */
  @Override
  public String toString() {
    return name;
  }
}
