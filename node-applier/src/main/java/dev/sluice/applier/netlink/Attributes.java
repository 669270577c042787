package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The attributes of a message or of another attribute, by type; where a type comes twice, the last
 * one. They share the message's bytes. Immutable.
 */
public final class Attributes {
  private static final int HEADER_BYTES = 4;
  // include/uapi/linux/netlink.h, NLA_TYPE_MASK: the two bits above say how the value is encoded
  private static final int TYPE_MASK = 0x3fff;

  private final List<Attribute> found;

  private record Attribute(int type, ByteBuffer value) {}

  private Attributes(List<Attribute> found) {
    this.found = found;
  }

  /**
   * Reads attributes.
   *
   * @param skip how many bytes of fixed fields stand before them
   * @throws MalformedMessageException if a length is not possible
   */
  public static Attributes parse(ByteBuffer payload, int skip) throws MalformedMessageException {
    if (payload.remaining() < skip) {
      throw new MalformedMessageException(
          "%d bytes where %d are fixed".formatted(payload.remaining(), skip));
    }
    ByteBuffer in = payload.slice(payload.position() + skip, payload.remaining() - skip);
    in.order(ByteOrder.nativeOrder());
    List<Attribute> found = new ArrayList<>();
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = Short.toUnsignedInt(in.getShort());
      int type = Short.toUnsignedInt(in.getShort()) & TYPE_MASK;
      if (length < HEADER_BYTES || length > in.limit() - start) {
        throw new MalformedMessageException(
            "attribute %d of %d bytes where there are %d"
                .formatted(type, length, in.limit() - start));
      }
      found.add(new Attribute(type, in.slice(start + HEADER_BYTES, length - HEADER_BYTES)));
      in.position(Math.min(start + NetlinkMessage.aligned(length), in.limit()));
    }
    return new Attributes(found);
  }

  public boolean has(int type) {
    return found.stream().anyMatch(attribute -> attribute.type == type);
  }

  /**
   * The attributes within an attribute.
   *
   * @throws MalformedMessageException if it is missing, or does not hold attributes
   */
  public Attributes nested(int type) throws MalformedMessageException {
    return parse(value(type, 0), 0);
  }

  /**
   * What each attribute of a type holds that comes many times, as the elements of a list do.
   *
   * @throws MalformedMessageException if one does not hold attributes
   */
  public List<Attributes> eachNested(int type) throws MalformedMessageException {
    List<Attributes> all = new ArrayList<>();
    for (Attribute attribute : found) {
      if (attribute.type == type) {
        all.add(parse(attribute.value, 0));
      }
    }
    return all;
  }

  /**
   * One byte.
   *
   * @return 0 to 255
   * @throws MalformedMessageException if it is missing or too short
   */
  public int u8(int type) throws MalformedMessageException {
    return Byte.toUnsignedInt(value(type, 1).get(0));
  }

  /**
   * Two bytes in host order.
   *
   * @return 0 to 65535
   * @throws MalformedMessageException if it is missing or too short
   */
  public int u16(int type) throws MalformedMessageException {
    return Short.toUnsignedInt(value(type, 2).order(ByteOrder.nativeOrder()).getShort(0));
  }

  /**
   * Four bytes in host order.
   *
   * @throws MalformedMessageException if it is missing or too short
   */
  public int u32(int type) throws MalformedMessageException {
    return value(type, 4).order(ByteOrder.nativeOrder()).getInt(0);
  }

  /**
   * Two bytes in network order.
   *
   * @return 0 to 65535
   * @throws MalformedMessageException if it is missing or too short
   */
  public int be16(int type) throws MalformedMessageException {
    return Short.toUnsignedInt(value(type, 2).getShort(0));
  }

  /**
   * Four bytes in network order.
   *
   * @throws MalformedMessageException if it is missing or too short
   */
  public int be32(int type) throws MalformedMessageException {
    return value(type, 4).getInt(0);
  }

  /**
   * Eight bytes in network order.
   *
   * @throws MalformedMessageException if it is missing or too short
   */
  public long be64(int type) throws MalformedMessageException {
    return value(type, 8).getLong(0);
  }

  /**
   * A text that a zero byte ends.
   *
   * @throws MalformedMessageException if it is missing
   */
  public String text(int type) throws MalformedMessageException {
    String text = StandardCharsets.UTF_8.decode(value(type, 0)).toString();
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /**
   * The bytes of an attribute, in network order.
   *
   * @param least how many there must be
   * @throws MalformedMessageException if it is missing or too short
   */
  public ByteBuffer value(int type, int least) throws MalformedMessageException {
    for (int i = found.size() - 1; i >= 0; i--) {
      Attribute attribute = found.get(i);
      if (attribute.type == type) {
        if (attribute.value.remaining() < least) {
          throw new MalformedMessageException(
              "attribute %d has %d bytes instead of %d"
                  .formatted(type, attribute.value.remaining(), least));
        }
        return attribute.value.duplicate().order(ByteOrder.BIG_ENDIAN);
      }
    }
    throw new MalformedMessageException("attribute " + type + " is missing");
  }
}
