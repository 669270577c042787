package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message to or from the kernel. Pure; any thread.
 *
 * @param type what it is; below 16 it is netlink's own
 * @param flags {@code NLM_F_...}
 * @param sequence ties answers to requests; a socket sets its requests' own
 * @param payload what follows the header, in host byte order from position 0; not to be written to
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
  // include/uapi/linux/netlink.h
  /** A request, as all messages to the kernel are. */
  public static final int REQUEST = 0x1;

  static final int ACK = 0x4;
  static final int DUMP_INTERRUPTED = 0x10;

  /** Asks for all objects. */
  public static final int DUMP = 0x300;

  /** With {@link #CREATE}: refused with EEXIST if the object is there. */
  public static final int EXCLUSIVE = 0x200;

  /** Makes an object that is not there. */
  public static final int CREATE = 0x400;

  static final int TYPE_ERROR = 2;
  static final int TYPE_DONE = 3;

  static final int HEADER_BYTES = 16;
  private static final int ALIGNMENT = 4;

  public NetlinkMessage {
    payload = payload.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
  }

  /** A request; the socket that sends it gives it its sequence number. */
  public static NetlinkMessage request(int type, int flags, Payload payload) {
    return new NetlinkMessage(type, REQUEST | flags, 0, payload.bytes());
  }

  /** How many bytes it takes, padding included. */
  int size() {
    return aligned(HEADER_BYTES + payload.remaining());
  }

  /** Writes it with another sequence number and more flags; the port is the kernel's to fill in. */
  void writeTo(ByteBuffer out, int withSequence, int moreFlags) {
    int start = out.position();
    out.putInt(HEADER_BYTES + payload.remaining());
    out.putShort((short) type);
    out.putShort((short) (flags | moreFlags));
    out.putInt(withSequence);
    out.putInt(0);
    out.put(payload.duplicate());
    while (out.position() < start + size()) {
      out.put((byte) 0);
    }
  }

  /** The message as it is sent. */
  public ByteBuffer bytes() {
    ByteBuffer out = ByteBuffer.allocate(size()).order(ByteOrder.nativeOrder());
    writeTo(out, sequence, 0);
    return out.flip();
  }

  /**
   * The messages that a buffer holds; they share its bytes.
   *
   * @throws MalformedMessageException if a length is not possible
   */
  public static List<NetlinkMessage> parse(ByteBuffer buffer) throws MalformedMessageException {
    ByteBuffer in = buffer.duplicate().order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    while (in.hasRemaining()) {
      if (in.remaining() < HEADER_BYTES) {
        throw new MalformedMessageException(in.remaining() + " bytes are no header");
      }
      int start = in.position();
      int length = in.getInt();
      int type = Short.toUnsignedInt(in.getShort());
      int flags = Short.toUnsignedInt(in.getShort());
      int sequence = in.getInt();
      if (length < HEADER_BYTES || length > in.limit() - start) {
        throw new MalformedMessageException(
            "a message of %d bytes where there are %d".formatted(length, in.limit() - start));
      }
      ByteBuffer payload = in.slice(start + HEADER_BYTES, length - HEADER_BYTES);
      messages.add(new NetlinkMessage(type, flags, sequence, payload));
      in.position(Math.min(start + aligned(length), in.limit()));
    }
    return messages;
  }

  static int aligned(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
