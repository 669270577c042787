package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpAddress;

/** Where clients connect to. */
public sealed interface FrontEnd {
  /** The port, 1 to 65535. */
  int port();

  /** A front end with an address of its own. */
  sealed interface Addressed extends FrontEnd {
    IpAddress address();
  }

  /** The Service's own address. */
  record ClusterIp(IpAddress address, int port) implements Addressed {}

  /** An address that somebody routes to the nodes. */
  record ExternalIp(IpAddress address, int port) implements Addressed {}

  /** An address of a load balancer that delivers packets as they came. */
  record LoadBalancerIp(IpAddress address, int port) implements Addressed {}

  /** A port on the node's addresses. */
  sealed interface OnNode extends FrontEnd {}

  /** A port that leads to the Service. */
  record NodePort(int port) implements OnNode {}

  /**
   * A TCP port that leads to nobody else: load balancers ask this node's applier there whether it
   * has endpoints of the Service. It is the Service's rather than one of its ports', and in the
   * family of each of its ClusterIPs; being a front end, it reaches every back end on the way of
   * all others.
   */
  record HealthCheckNodePort(int port) implements OnNode {}
}
