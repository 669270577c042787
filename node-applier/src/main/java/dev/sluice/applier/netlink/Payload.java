package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Builds what follows a message's header: fixed fields, then attributes, each a length, a type and
 * a value, padded to four bytes (include/uapi/linux/netlink.h, struct nlattr). For one thread.
 */
public final class Payload {
  private static final int NESTED = 0x8000;
  private static final int NETWORK_ORDER = 0x4000;
  private static final int LONGEST_ATTRIBUTE = 0xffff;

  private ByteBuffer out = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

  /** One byte. */
  public Payload u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Two bytes in host order. */
  public Payload u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** Four bytes in host order. */
  public Payload u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** Two bytes in network order. */
  public Payload be16(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Four bytes in network order. */
  public Payload be32(int value) {
    return be16(value >>> 16).be16(value);
  }

  /** Eight bytes in network order. */
  public Payload be64(long value) {
    return be32((int) (value >>> 32)).be32((int) value);
  }

  /** A text that a zero byte ends. */
  public Payload text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    room(bytes.length + 1).put(bytes).put((byte) 0);
    return this;
  }

  /**
   * An attribute.
   *
   * @param value writes what it holds
   * @throws IllegalArgumentException if that is more than 65,531 bytes
   */
  public Payload attribute(int type, Consumer<Payload> value) {
    int start = out.position();
    u16(0).u16(type);
    value.accept(this);
    int length = out.position() - start;
    if (length > LONGEST_ATTRIBUTE) {
      throw new IllegalArgumentException("attribute " + type + " of " + length + " bytes");
    }
    out.putShort(start, (short) length);
    int padding = NetlinkMessage.aligned(length) - length;
    for (int i = 0; i < padding; i++) {
      u8(0);
    }
    return this;
  }

  /** An attribute that holds attributes. */
  public Payload nested(int type, Consumer<Payload> attributes) {
    return attribute(type | NESTED, attributes);
  }

  /** An attribute that says of itself that its value is in network order, as ipset demands. */
  public Payload ordered(int type, Consumer<Payload> value) {
    return attribute(type | NETWORK_ORDER, value);
  }

  /** What has been written, from position 0. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(out.array(), 0, out.position()).slice();
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer wider =
          ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + bytes))
              .order(ByteOrder.nativeOrder());
      out = wider.put(out.flip());
    }
    return out;
  }
}
