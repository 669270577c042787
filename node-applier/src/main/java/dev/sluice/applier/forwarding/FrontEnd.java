package dev.sluice.applier.forwarding;

import dev.sluice.events.model.IpAddress;

/** Where clients connect to. */
public sealed interface FrontEnd {
  /** The port, 1 to 65535. */
  int port();

  /** The Service's own address. */
  record ClusterIp(IpAddress address, int port) implements FrontEnd {}

  /** A port on the node's addresses. */
  record NodePort(int port) implements FrontEnd {}
}
