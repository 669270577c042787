package dev.sluice.local.demo;

import dev.sluice.events.model.IpAddress;
import java.net.InetAddress;

/** Addresses as people write them. Pure. */
final class Addresses {
  private Addresses() {}

  /** IPv6 in its short form, which Java's own text isn't. */
  static String text(InetAddress address) {
    return IpAddress.parse(address.getHostAddress()).toString();
  }
}
