package dev.sluice.local.lab;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * A pod of a {@link NodeLab}.
 *
 * @param name what its echo servers answer by default
 * @param namespace its network
 * @param addresses its addresses, IPv4 or IPv6, in the order given
 * @param nodeInterface the name of its link's other end, on the node
 */
public record Pod(
    String name, NetworkNamespace namespace, List<InetAddress> addresses, String nodeInterface) {
  /** Defensive copy. */
  public Pod {
    addresses = List.copyOf(addresses);
  }

  /**
   * Its first IPv4 address.
   *
   * @throws java.util.NoSuchElementException if it has none
   */
  public InetAddress ipv4() {
    return addresses.stream().filter(Inet4Address.class::isInstance).findFirst().orElseThrow();
  }

  /**
   * Its first IPv6 address.
   *
   * @throws java.util.NoSuchElementException if it has none
   */
  public InetAddress ipv6() {
    return addresses.stream().filter(Inet6Address.class::isInstance).findFirst().orElseThrow();
  }
}
