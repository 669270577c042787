package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;

/**
 * How the kernel ended a request: the payload of NLMSG_ERROR, which is an acknowledgement where the
 * error is 0, or of NLMSG_DONE (include/uapi/linux/netlink.h, struct nlmsgerr). Pure.
 *
 * @param errno 0: done
 * @param explanation the kernel's own words; mostly empty
 */
record Acknowledgement(int errno, String explanation) {
  private static final int FLAG_CAPPED = 0x100;
  private static final int FLAG_TEXT = 0x200;
  private static final int ATTRIBUTE_MESSAGE = 1;
  private static final int ERRNO_BYTES = 4;

  static Acknowledgement parse(NetlinkMessage message) throws MalformedMessageException {
    ByteBuffer payload = message.payload();
    if (payload.remaining() < ERRNO_BYTES) {
      // a family may end a dump without a word
      return new Acknowledgement(0, "");
    }
    int errno = -payload.getInt(0);
    if ((message.flags() & FLAG_TEXT) == 0) {
      return new Acknowledgement(errno, "");
    }
    Attributes attributes = Attributes.parse(payload, fixedBytes(message));
    String text = attributes.has(ATTRIBUTE_MESSAGE) ? attributes.text(ATTRIBUTE_MESSAGE) : "";
    return new Acknowledgement(errno, text);
  }

  /** The error is followed by the request's header, and by all of the request unless capped. */
  private static int fixedBytes(NetlinkMessage message) throws MalformedMessageException {
    if (message.type() == NetlinkMessage.TYPE_DONE) {
      return ERRNO_BYTES;
    }
    int capped = ERRNO_BYTES + NetlinkMessage.HEADER_BYTES;
    if ((message.flags() & FLAG_CAPPED) != 0) {
      return capped;
    }
    if (message.payload().remaining() < capped) {
      throw new MalformedMessageException("an error without the request's header");
    }
    return ERRNO_BYTES + NetlinkMessage.aligned(message.payload().getInt(ERRNO_BYTES));
  }
}
