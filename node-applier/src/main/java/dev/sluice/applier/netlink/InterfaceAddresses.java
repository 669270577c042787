package dev.sluice.applier.netlink;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The addresses of a network namespace's interfaces, as rtnetlink knows them. Pure. */
public final class InterfaceAddresses {
  // include/uapi/linux/rtnetlink.h
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  // include/uapi/linux/if_addr.h: struct ifaddrmsg, its flags, and its attributes
  private static final int FIXED_BYTES = 8;
  private static final int SCOPE_AT = 3;
  private static final int INDEX_AT = 4;
  private static final int IFA_F_NODAD = 2;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;

  private InterfaceAddresses() {}

  /** Asks for all addresses of both families. */
  public static NetlinkMessage dump() {
    return NetlinkMessage.request(
        RTM_GETADDR, NetlinkMessage.DUMP, new Payload().u32(AddressFamily.UNSPECIFIED).u32(0));
  }

  /**
   * Gives an interface a single address, valid at once; refused with EEXIST if it has it.
   *
   * @param link the interface's index
   */
  public static NetlinkMessage add(int link, IpAddress address) {
    // the kernel would ask the network whether another has it, which no network here can know
    int flags = address.family() == IpFamily.IPV6 ? IFA_F_NODAD : 0;
    return NetlinkMessage.request(
        RTM_NEWADDR,
        NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE,
        single(link, address, flags));
  }

  /** Takes a single address from an interface; refused with EADDRNOTAVAIL if it hasn't it. */
  public static NetlinkMessage delete(int link, IpAddress address) {
    return NetlinkMessage.request(RTM_DELADDR, 0, single(link, address, 0));
  }

  private static Payload single(int link, IpAddress address, int flags) {
    IpFamily family = address.family();
    return new Payload()
        .u8(AddressFamily.number(family))
        .u8(family.bits())
        .u8(flags)
        .u8(0)
        .u32(link)
        .attribute(IFA_LOCAL, v -> AddressFamily.write(v, address))
        .attribute(IFA_ADDRESS, v -> AddressFamily.write(v, address));
  }

  /**
   * The address that a message tells of.
   *
   * @return empty: it tells of none
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<IpAddress> parse(NetlinkMessage message) throws MalformedMessageException {
    return parseWithLink(message).map(InterfaceAddress::address);
  }

  /**
   * The address that a message tells of, and whose it is.
   *
   * @return empty: it tells of none
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<InterfaceAddress> parseWithLink(NetlinkMessage message)
      throws MalformedMessageException {
    if (message.type() != RTM_NEWADDR) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    Optional<IpFamily> family = AddressFamily.of(Byte.toUnsignedInt(message.payload().get(0)));
    if (family.isEmpty()) {
      return Optional.empty();
    }
    // on a point-to-point link the other one is the peer's
    int own = attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
    int bytes = family.get().bits() / Byte.SIZE;
    ByteBuffer value = attributes.value(own, bytes);
    int scope = Byte.toUnsignedInt(message.payload().get(SCOPE_AT));
    return Optional.of(
        new InterfaceAddress(
            AddressFamily.address(family.get(), value),
            message.payload().getInt(INDEX_AT),
            InterfaceAddress.Scope.of(scope)));
  }
}
