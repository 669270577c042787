package dev.sluice.local.kernel;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The start of an SCTP association, RFC 9260: a packet of one chunk, INIT or INIT ACK.
 *
 * @param tag of the association that it belongs to; 0 for INIT, which belongs to none yet
 * @param initiateTag by which the sender wants to be answered
 */
record SctpPacket(int sourcePort, int destinationPort, int tag, byte chunk, int initiateTag) {
  private static final byte INIT = 1;
  private static final byte INIT_ACK = 2;
  private static final int CHECKSUM = 8;
  private static final int SIZE = 32;

  static SctpPacket init(int sourcePort, int destinationPort, int initiateTag) {
    return new SctpPacket(sourcePort, destinationPort, 0, INIT, initiateTag);
  }

  /** What its receiver answers. */
  SctpPacket acknowledged(int byTag) {
    return new SctpPacket(
        /* sourcePort= */ destinationPort,
        /* destinationPort= */ sourcePort,
        /* tag= */ initiateTag,
        INIT_ACK,
        /* initiateTag= */ byTag);
  }

  ByteBuffer bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    bytes.putShort((short) sourcePort).putShort((short) destinationPort).putInt(tag).putInt(0);
    bytes.put(chunk).put((byte) 0).putShort((short) (SIZE - 12));
    bytes.putInt(initiateTag).putInt(65_536); // receive window
    bytes.putShort((short) 10).putShort((short) 10).putInt(1); // streams, first sequence number
    return bytes.putInt(CHECKSUM, checksum(bytes)).flip();
  }

  /** As it is on the wire: its least significant byte first. */
  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().flip());
    return Integer.reverseBytes((int) crc.getValue());
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is of another size or its checksum is wrong
   */
  static SctpPacket parse(ByteBuffer payload) {
    if (payload.remaining() != SIZE) {
      throw new IllegalArgumentException(payload.remaining() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).put(payload).rewind();
    SctpPacket packet =
        new SctpPacket(
            Short.toUnsignedInt(bytes.getShort(0)),
            Short.toUnsignedInt(bytes.getShort(2)),
            bytes.getInt(4),
            bytes.get(12),
            bytes.getInt(16));
    if (!packet.bytes().equals(bytes)) {
      throw new IllegalArgumentException("not as it was sent, or its checksum is wrong");
    }
    return packet;
  }
}
