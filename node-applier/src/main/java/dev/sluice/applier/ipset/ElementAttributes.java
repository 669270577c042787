package dev.sluice.applier.ipset;

import dev.sluice.applier.ipset.Element.OfAddress;
import dev.sluice.applier.ipset.Element.OfPort;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.Element.OfSocketAndAddress;
import dev.sluice.applier.ipset.Element.OfSocketAndRange;
import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.Attributes;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.Payload;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.Optional;

/** Elements as attributes. Pure. */
final class ElementAttributes {
  // include/uapi/linux/netfilter/ipset/ip_set.h
  private static final int IPSET_ATTR_IP = 1;
  private static final int IPSET_ATTR_PORT = 4;
  private static final int IPSET_ATTR_PROTO = 7;
  private static final int IPSET_ATTR_CADT_FLAGS = 8;
  private static final int IPSET_ATTR_IP2 = 20;
  private static final int IPSET_ATTR_CIDR2 = 21;
  private static final int IPSET_ATTR_SKBMARK = 27;
  private static final int IPSET_ATTR_IPADDR_IPV4 = 1;
  private static final int IPSET_ATTR_IPADDR_IPV6 = 2;
  private static final int IPSET_FLAG_NOMATCH = 1 << 2;

  private ElementAttributes() {}

  static void write(Payload out, Element element) {
    switch (element) {
      case OfPort(int port) -> out.ordered(IPSET_ATTR_PORT, v -> v.be16(port));
      case OfAddress(IpAddress address) -> write(out, IPSET_ATTR_IP, address);
      case OfSocket socket -> write(out, socket);
      case OfSocketAndAddress(OfSocket socket, IpAddress second) -> {
        write(out, socket);
        write(out, IPSET_ATTR_IP2, second);
      }
      case OfSocketAndRange(OfSocket socket, Cidr range) -> {
        write(out, socket);
        write(out, IPSET_ATTR_IP2, range.network());
        out.attribute(IPSET_ATTR_CIDR2, v -> v.u8(range.length()));
      }
    }
  }

  private static void write(Payload out, OfSocket socket) {
    write(out, IPSET_ATTR_IP, socket.address());
    out.ordered(IPSET_ATTR_PORT, v -> v.be16(socket.port()));
    out.attribute(IPSET_ATTR_PROTO, v -> v.u8(socket.protocol().number()));
  }

  private static void write(Payload out, int type, IpAddress address) {
    int version =
        address.family() == IpFamily.IPV4 ? IPSET_ATTR_IPADDR_IPV4 : IPSET_ATTR_IPADDR_IPV6;
    out.nested(type, ip -> ip.ordered(version, v -> AddressFamily.write(v, address)));
  }

  static void writeMark(Payload out, int mark, int mask) {
    long both = Integer.toUnsignedLong(mark) << Integer.SIZE | Integer.toUnsignedLong(mask);
    out.ordered(IPSET_ATTR_SKBMARK, v -> v.be64(both));
  }

  /** Empty: of a protocol that is not served here, or an exception from the others. */
  static Optional<Member> read(Attributes data, SetDefinition set)
      throws MalformedMessageException {
    if (data.has(IPSET_ATTR_CADT_FLAGS)
        && (data.be32(IPSET_ATTR_CADT_FLAGS) & IPSET_FLAG_NOMATCH) != 0) {
      return Optional.empty();
    }
    int mark = mark(data, set.markMask());
    return element(data, set.type()).map(element -> new Member(element, mark));
  }

  private static Optional<Element> element(Attributes data, SetType type)
      throws MalformedMessageException {
    return switch (type) {
      case BITMAP_PORT -> Optional.of(new OfPort(data.be16(IPSET_ATTR_PORT)));
      case HASH_IP -> Optional.of(new OfAddress(address(data, IPSET_ATTR_IP)));
      case HASH_IP_PORT -> socket(data).map(socket -> socket);
      case HASH_IP_PORT_IP -> {
        IpAddress second = address(data, IPSET_ATTR_IP2);
        yield socket(data).map(socket -> new OfSocketAndAddress(socket, second));
      }
      case HASH_IP_PORT_NET -> {
        IpAddress network = address(data, IPSET_ATTR_IP2);
        int bits = network.family().bits();
        int length = data.has(IPSET_ATTR_CIDR2) ? data.u8(IPSET_ATTR_CIDR2) : bits;
        if (length > bits) {
          throw new MalformedMessageException("a range of " + length + " bits");
        }
        Cidr range = new Cidr(network, length);
        yield socket(data).map(socket -> new OfSocketAndRange(socket, range));
      }
    };
  }

  private static Optional<OfSocket> socket(Attributes data) throws MalformedMessageException {
    int number = data.u8(IPSET_ATTR_PROTO);
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        return Optional.of(
            new OfSocket(address(data, IPSET_ATTR_IP), protocol, data.be16(IPSET_ATTR_PORT)));
      }
    }
    return Optional.empty();
  }

  private static IpAddress address(Attributes data, int type) throws MalformedMessageException {
    Attributes ip = data.nested(type);
    return ip.has(IPSET_ATTR_IPADDR_IPV4)
        ? AddressFamily.address(IpFamily.IPV4, ip.value(IPSET_ATTR_IPADDR_IPV4, 4))
        : AddressFamily.address(IpFamily.IPV6, ip.value(IPSET_ATTR_IPADDR_IPV6, 16));
  }

  private static int mark(Attributes data, int wantedMask) throws MalformedMessageException {
    if (!data.has(IPSET_ATTR_SKBMARK)) {
      return 0;
    }
    long both = data.be64(IPSET_ATTR_SKBMARK);
    return (int) both == wantedMask ? (int) (both >>> Integer.SIZE) : 0;
  }
}
