package dev.sluice.applier.ipvs;

import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.Attributes;
import dev.sluice.applier.netlink.GenericFamily;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/** What IPVS's generic netlink family answers; the numbers are in {@link IpvsMessage}. Pure. */
final class IpvsAnswer {
  private static final int INFO_ATTR_VERSION = 1;
  private static final int FLAGS_BYTES = 8; // struct ip_vs_flags
  // what a destination has that is on this node, in old kernels; masquerading all the same
  private static final int CONN_F_LOCALNODE = 1;

  private IpvsAnswer() {}

  /**
   * The virtual server that a message tells of.
   *
   * @return empty: none, or one of a protocol that is not served here
   */
  static Optional<Map.Entry<ServerKey, ServerSettings>> server(NetlinkMessage message)
      throws MalformedMessageException {
    if (GenericFamily.command(message) != IpvsMessage.CMD_NEW_SERVICE) {
      return Optional.empty();
    }
    Attributes service =
        Attributes.parse(message.payload(), GenericFamily.FIXED_BYTES)
            .nested(IpvsMessage.CMD_ATTR_SERVICE);
    Optional<IpFamily> family = AddressFamily.of(service.u16(IpvsMessage.SVC_ATTR_AF));
    Optional<ServerKey> key = family.isEmpty() ? Optional.empty() : key(service, family.get());
    if (key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Map.entry(key.get(), settings(service, key.get().family())));
  }

  private static Optional<ServerKey> key(Attributes service, IpFamily family)
      throws MalformedMessageException {
    if (service.has(IpvsMessage.SVC_ATTR_FWMARK)) {
      return Optional.of(new ServerKey.Marked(family, service.u32(IpvsMessage.SVC_ATTR_FWMARK)));
    }
    int number = service.u16(IpvsMessage.SVC_ATTR_PROTOCOL);
    IpAddress address =
        address(family, service.value(IpvsMessage.SVC_ATTR_ADDR, IpvsMessage.ADDRESS_BYTES));
    int port = service.be16(IpvsMessage.SVC_ATTR_PORT);
    for (Protocol protocol : Protocol.values()) {
      if (protocol.number() == number) {
        return Optional.of(new ServerKey.ToAddress(protocol, address, port));
      }
    }
    return Optional.empty();
  }

  private static ServerSettings settings(Attributes service, IpFamily family)
      throws MalformedMessageException {
    int flags =
        service
            .value(IpvsMessage.SVC_ATTR_FLAGS, FLAGS_BYTES)
            .order(ByteOrder.nativeOrder())
            .getInt(0);
    boolean persistent = (flags & IpvsMessage.SVC_F_PERSISTENT) != 0;
    boolean single = service.u32(IpvsMessage.SVC_ATTR_NETMASK) == IpvsMessage.singleClient(family);
    return new ServerSettings(
        service.text(IpvsMessage.SVC_ATTR_SCHED_NAME),
        persistent ? service.u32(IpvsMessage.SVC_ATTR_TIMEOUT) : 0,
        flags & ~(IpvsMessage.SVC_F_PERSISTENT | IpvsMessage.SVC_F_HASHED),
        (single || !persistent) && !service.has(IpvsMessage.SVC_ATTR_PE_NAME));
  }

  /**
   * The destination that a message tells of.
   *
   * @param family the virtual server's, which old kernels don't repeat
   * @return empty: none
   */
  static Optional<FoundDestination> destination(NetlinkMessage message, IpFamily family)
      throws MalformedMessageException {
    if (GenericFamily.command(message) != IpvsMessage.CMD_NEW_DEST) {
      return Optional.empty();
    }
    Attributes dest =
        Attributes.parse(message.payload(), GenericFamily.FIXED_BYTES)
            .nested(IpvsMessage.CMD_ATTR_DEST);
    IpFamily own =
        dest.has(IpvsMessage.DEST_ATTR_ADDR_FAMILY)
            ? AddressFamily.of(dest.u16(IpvsMessage.DEST_ATTR_ADDR_FAMILY)).orElse(family)
            : family;
    IpAddress address =
        address(own, dest.value(IpvsMessage.DEST_ATTR_ADDR, IpvsMessage.ADDRESS_BYTES));
    return Optional.of(
        new FoundDestination(
            new RealServer(address, dest.be16(IpvsMessage.DEST_ATTR_PORT)),
            dest.u32(IpvsMessage.DEST_ATTR_WEIGHT),
            Integer.toUnsignedLong(dest.u32(IpvsMessage.DEST_ATTR_ACTIVE_CONNS)),
            Integer.toUnsignedLong(dest.u32(IpvsMessage.DEST_ATTR_INACT_CONNS)),
            plain(dest)));
  }

  private static boolean plain(Attributes dest) throws MalformedMessageException {
    int method = dest.u32(IpvsMessage.DEST_ATTR_FWD_METHOD);
    return (method == IpvsMessage.CONN_F_MASQ || method == CONN_F_LOCALNODE)
        && dest.u32(IpvsMessage.DEST_ATTR_U_THRESH) == 0
        && dest.u32(IpvsMessage.DEST_ATTR_L_THRESH) == 0;
  }

  /** The version, such as 1.2.1, that a message tells of; empty: none. */
  static Optional<String> version(NetlinkMessage message) throws MalformedMessageException {
    if (GenericFamily.command(message) != IpvsMessage.CMD_SET_INFO) {
      return Optional.empty();
    }
    int code =
        Attributes.parse(message.payload(), GenericFamily.FIXED_BYTES).u32(INFO_ATTR_VERSION);
    return Optional.of("%d.%d.%d".formatted(code >>> 16 & 0xff, code >>> 8 & 0xff, code & 0xff));
  }

  private static IpAddress address(IpFamily family, ByteBuffer bytes) {
    return AddressFamily.address(family, bytes);
  }
}
