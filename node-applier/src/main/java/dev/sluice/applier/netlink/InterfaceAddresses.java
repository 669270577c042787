package dev.sluice.applier.netlink;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The addresses of a network namespace's interfaces, as rtnetlink lists them. Pure. */
public final class InterfaceAddresses {
  // include/uapi/linux/rtnetlink.h
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;
  // include/uapi/linux/if_addr.h: struct ifaddrmsg, and its attributes
  private static final int FIXED_BYTES = 8;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;

  private InterfaceAddresses() {}

  /** Asks for all addresses of both families. */
  public static NetlinkMessage dump() {
    return NetlinkMessage.request(
        RTM_GETADDR, NetlinkMessage.DUMP, new Payload().u32(AddressFamily.UNSPECIFIED).u32(0));
  }

  /**
   * The address that a message tells of.
   *
   * @return empty: it tells of none
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<IpAddress> parse(NetlinkMessage message) throws MalformedMessageException {
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
    return Optional.of(AddressFamily.address(family.get(), value));
  }
}
