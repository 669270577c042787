package dev.sluice.applier.ipvs;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;

/** By what the kernel tells a virtual server from others. */
public sealed interface ServerKey extends Comparable<ServerKey> {
  IpFamily family();

  /** Packets to an address and port; 1 to 65535. */
  record ToAddress(Protocol protocol, IpAddress address, int port) implements ServerKey {
    @Override
    public IpFamily family() {
      return address.family();
    }

    /** Such as {@code tcp 10.96.0.1:80}. */
    @Override
    public String toString() {
      return protocol.lowerCase() + " " + address.withPort(port);
    }
  }

  /** Packets with a mark, whatever their address; not 0. */
  record Marked(IpFamily family, int mark) implements ServerKey {
    /** Such as {@code mark 0x10001 IPv4}. */
    @Override
    public String toString() {
      return "mark 0x" + Integer.toHexString(mark) + " " + family;
    }
  }

  /** Those that are told by their address first. */
  @Override
  default int compareTo(ServerKey other) {
    if (this instanceof ToAddress one && other instanceof ToAddress two) {
      int order = one.protocol.compareTo(two.protocol);
      order = order != 0 ? order : one.address.compareTo(two.address);
      return order != 0 ? order : Integer.compare(one.port, two.port);
    } else if (this instanceof Marked one && other instanceof Marked two) {
      int order = one.family.compareTo(two.family);
      return order != 0 ? order : Integer.compare(one.mark, two.mark);
    }
    return this instanceof ToAddress ? -1 : 1;
  }
}
