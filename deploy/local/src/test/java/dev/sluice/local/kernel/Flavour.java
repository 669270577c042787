package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Flavoured;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/** A back end and an address family, and who has which address in it. */
enum Flavour implements Flavoured {
  LEGACY_IPV4(BackEnd.IPTABLES_LEGACY, IpFamily.IPV4),
  LEGACY_IPV6(BackEnd.IPTABLES_LEGACY, IpFamily.IPV6),
  NFT_IPV4(BackEnd.IPTABLES_NFT, IpFamily.IPV4),
  NFT_IPV6(BackEnd.IPTABLES_NFT, IpFamily.IPV6),
  IPVS_IPV4(BackEnd.IPVS, IpFamily.IPV4),
  IPVS_IPV6(BackEnd.IPVS, IpFamily.IPV6);

  private final BackEnd backend;
  private final IpFamily family;

  Flavour(BackEnd backend, IpFamily family) {
    this.backend = backend;
    this.family = family;
  }

  @Override
  public BackEnd backend() {
    return backend;
  }

  IpFamily family() {
    return family;
  }

  @Override
  public Set<IpFamily> families() {
    return Set.of(family);
  }

  /** The program that is called, such as {@code ip6tables-nft-save}. */
  String tool(String what) {
    return pick("iptables-", "ip6tables-") + backend.variant() + "-" + what;
  }

  InetAddress address(Pod pod) {
    return family == IpFamily.IPV4 ? pod.ipv4() : pod.ipv6();
  }

  /** The address that others reach the node by. */
  InetAddress node() {
    return InetAddress.ofLiteral(pick(NodeLab.NODE_V4, NodeLab.NODE_V6));
  }

  /** What a masqueraded packet to a pod comes from. */
  InetAddress gateway() {
    return InetAddress.ofLiteral(pick(NodeLab.POD_GATEWAY_V4, NodeLab.POD_GATEWAY_V6));
  }

  InetAddress client() {
    return InetAddress.ofLiteral(pick(NodeLab.CLIENT_V4, NodeLab.CLIENT_V6));
  }

  /** An address of the client that it doesn't choose by itself. */
  InetAddress otherClient(int number) {
    return InetAddress.ofLiteral(
        pick("172.20.1." + number, "fd00:172:20:1::" + Integer.toHexString(number)));
  }

  InetAddress loopback() {
    return InetAddress.ofLiteral(pick("127.0.0.1", "::1"));
  }

  /** Where pods have their addresses, in both families. */
  static List<Cidr> podCidrs() {
    return List.of(Cidr.parse(NodeLab.POD_CIDR_V4), Cidr.parse(NodeLab.POD_CIDR_V6));
  }

  /** Flags that tell pods by where they have their addresses. */
  static NodeConfig podCidrsKnown(boolean masqueradeAll) {
    return new NodeConfig(
        masqueradeAll, new DetectLocal.ClusterCidrs(podCidrs()), new NodePorts.All(), true);
  }

  /** What becomes of packets to a cluster IP at a port that no Service has. */
  String noSuchPort() {
    // where addresses are the node's own, its rules refuse them: they would reach its daemons
    return backend == BackEnd.IPVS ? Asker.REFUSED : Asker.TIMED_OUT;
  }

  /** What the node itself is told that sends a datagram to an address without endpoints. */
  String refusedToTheNode() {
    // what it would send away, its own kernel refuses to send; what stays on it is answered
    return backend == BackEnd.IPVS ? Asker.REFUSED : Asker.NOT_PERMITTED;
  }

  private String pick(String ipv4, String ipv6) {
    return family == IpFamily.IPV4 ? ipv4 : ipv6;
  }
}
