package dev.sluice.local.conntrack;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Flavoured;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;

/** A front end of the Service that clients talk to. */
enum Front implements Flavoured {
  CLUSTER_IP_V4("10.96.0.10", 53, true),
  CLUSTER_IP_V6("fd00:10:96::a", 53, false),
  EXTERNAL_IP_V4("198.51.100.53", 53, true),
  EXTERNAL_IP_V6("2001:db8:51::53", 53, false),
  LOAD_BALANCER_V4("203.0.113.53", 53, true),
  LOAD_BALANCER_V6("2001:db8:113::53", 53, false),
  NODE_PORT_V4(NodeLab.NODE_V4, 30_053, true),
  NODE_PORT_V6(NodeLab.NODE_V6, 30_053, false),
  IPVS_CLUSTER_IP_V4(CLUSTER_IP_V4),
  IPVS_CLUSTER_IP_V6(CLUSTER_IP_V6),
  IPVS_EXTERNAL_IP_V4(EXTERNAL_IP_V4),
  IPVS_EXTERNAL_IP_V6(EXTERNAL_IP_V6),
  IPVS_LOAD_BALANCER_V4(LOAD_BALANCER_V4),
  IPVS_LOAD_BALANCER_V6(LOAD_BALANCER_V6),
  IPVS_NODE_PORT_V4(NODE_PORT_V4),
  IPVS_NODE_PORT_V6(NODE_PORT_V6);

  private final String address;
  private final int port;
  private final boolean v4;
  private final BackEnd backend;

  Front(String address, int port, boolean v4) {
    this.address = address;
    this.port = port;
    this.v4 = v4;
    backend = BackEnd.IPTABLES_NFT;
  }

  /** The same on a node with IPVS. */
  Front(Front same) {
    address = same.address;
    port = same.port;
    v4 = same.v4;
    backend = BackEnd.IPVS;
  }

  /** The one that a {@link TrackingNode} has. */
  @Override
  public BackEnd backend() {
    return backend;
  }

  @Override
  public Set<IpFamily> families() {
    return Set.of(v4 ? IpFamily.IPV4 : IpFamily.IPV6);
  }

  InetSocketAddress target() {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** What a client of it gets once there is no Service any more. */
  String unserved() {
    // nobody has such an address; but the node is there, without anybody who listens at the port
    return port == 53 ? UdpClient.TIMED_OUT : UdpClient.REFUSED;
  }

  InetAddress of(Pod pod) {
    return v4 ? pod.ipv4() : pod.ipv6();
  }

  String tool() {
    return (v4 ? "iptables-" : "ip6tables-") + backend.variant();
  }
}
