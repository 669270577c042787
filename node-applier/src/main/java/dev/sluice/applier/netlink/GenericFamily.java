package dev.sluice.applier.netlink;

import java.util.Optional;

/**
 * The families of generic netlink: each has a name that is fixed and a number that the running
 * kernel gave it, which is the type of its messages. Pure.
 */
public final class GenericFamily {
  // include/uapi/linux/genetlink.h
  private static final int GENL_ID_CTRL = 0x10;
  private static final int CTRL_CMD_NEWFAMILY = 1;
  private static final int CTRL_CMD_GETFAMILY = 3;
  private static final int CTRL_VERSION = 1;
  private static final int CTRL_ATTR_FAMILY_ID = 1;
  private static final int CTRL_ATTR_FAMILY_NAME = 2;

  /** How long struct genlmsghdr is, with which the messages of all families begin. */
  public static final int FIXED_BYTES = 4;

  private GenericFamily() {}

  /**
   * Asks for a family's number, for which the kernel may load a module; refused with ENOENT if
   * there is no such family.
   */
  public static NetlinkMessage get(String name) {
    return NetlinkMessage.request(
        GENL_ID_CTRL,
        0,
        header(CTRL_CMD_GETFAMILY, CTRL_VERSION)
            .attribute(CTRL_ATTR_FAMILY_NAME, v -> v.text(name)));
  }

  /**
   * The number of the family that a message tells of.
   *
   * @return empty: it tells of none
   * @throws MalformedMessageException if it can't be read
   */
  public static Optional<Integer> parse(NetlinkMessage message) throws MalformedMessageException {
    if (message.type() != GENL_ID_CTRL || command(message) != CTRL_CMD_NEWFAMILY) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(message.payload(), FIXED_BYTES);
    return Optional.of(attributes.u16(CTRL_ATTR_FAMILY_ID));
  }

  /** What a family's message begins with. */
  public static Payload header(int command, int version) {
    return new Payload().u8(command).u8(version).u16(0);
  }

  /**
   * What a family's message is about.
   *
   * @throws MalformedMessageException if it is too short
   */
  public static int command(NetlinkMessage message) throws MalformedMessageException {
    if (message.payload().remaining() < FIXED_BYTES) {
      throw new MalformedMessageException("a generic message without a header");
    }
    return Byte.toUnsignedInt(message.payload().get(0));
  }
}
