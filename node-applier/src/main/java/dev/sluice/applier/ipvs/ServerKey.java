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
    return switch (this) {
      case ToAddress(var protocol, var address, int port) ->
          other instanceof ToAddress to
              ? compare(
                  protocol.compareTo(to.protocol),
                  address.compareTo(to.address),
                  Integer.compare(port, to.port))
              : -1;
      case Marked(var family, int mark) ->
          other instanceof Marked marked
              ? compare(family.compareTo(marked.family), Integer.compare(mark, marked.mark), 0)
              : 1;
    };
  }

  private static int compare(int first, int second, int third) {
    return first != 0 ? first : second != 0 ? second : third;
  }
}
