package dev.sluice.applier.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.events.event.JsonCodec;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A checkpoint as bytes. They begin with a header that every version has: {@value #MAGIC}, the
 * format's version (4 bytes), how many bytes follow the header (8), and the CRC-32C of all but
 * itself (4). The rest is deflated: for each part its kind (one byte), its length (4), and its
 * JSON, objects as the log has them. Pure; any thread.
 */
public final class CheckpointCodec {
  /** Goes up with every version of Sluice that writes what an earlier one can't read. */
  public static final int VERSION = 1;

  private static final String MAGIC = "SLUICECP";
  private static final int HEADER = MAGIC.length() + 4 + 8 + 4;
  private static final int CHECKSUM_AT = HEADER - 4;
  private static final int BUFFER = 1 << 16;

  private static final byte ABOUT = 'A';
  private static final byte END = 'Z';

  private final JsonMapper json = JsonCodec.mapper();

  /** The bytes of a checkpoint. */
  public byte[] encode(Checkpoint checkpoint) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER);
    bytes.writeBytes(new byte[HEADER]);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DataOutputStream out =
        new DataOutputStream(new DeflaterOutputStream(bytes, deflater, BUFFER))) {
      write(out, ABOUT, checkpoint.about());
      for (ObjectKey key : checkpoint.image().keys()) {
        write(out, kind(key), checkpoint.image().get(key).orElseThrow());
      }
      out.writeByte(END);
    } catch (IOException e) {
      throw new AssertionError("writing to memory does not fail", e);
    } finally {
      deflater.end();
    }
    byte[] result = bytes.toByteArray();
    ByteBuffer.wrap(result)
        .put(MAGIC.getBytes(US_ASCII))
        .putInt(VERSION)
        .putLong(result.length - HEADER);
    ByteBuffer.wrap(result).putInt(CHECKSUM_AT, checksum(result));
    return result;
  }

  private void write(DataOutputStream out, byte kind, Object value) throws IOException {
    byte[] text = json.writeValueAsBytes(value);
    out.writeByte(kind);
    out.writeInt(text.length);
    out.write(text);
  }

  /**
   * The checkpoint that the bytes are of.
   *
   * @throws CheckpointRefusedException if they are damaged, or of another version of the format
   */
  public Checkpoint decode(byte[] bytes) throws CheckpointRefusedException {
    checkHeader(bytes);
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(
                new ByteArrayInputStream(bytes, HEADER, bytes.length - HEADER)))) {
      if (in.readByte() != ABOUT) {
        throw corrupt("it does not begin with what it is of");
      }
      Checkpoint.About about = json.readValue(text(in), Checkpoint.About.class);
      List<ClusterObject> objects = new ArrayList<>();
      for (byte kind = in.readByte(); kind != END; kind = in.readByte()) {
        objects.add(json.readValue(text(in), type(kind)));
      }
      if (in.read() != -1) {
        throw corrupt("something follows its end");
      }
      return new Checkpoint(about, ClusterImage.of(about.revision(), about.head(), objects));
    } catch (IOException | RuntimeException e) {
      throw new CheckpointRefusedException(Refusal.CORRUPT, "it can't be read: " + e, e);
    }
  }

  private static void checkHeader(byte[] bytes) throws CheckpointRefusedException {
    if (bytes.length < HEADER) {
      throw corrupt("its %d bytes are not even a header".formatted(bytes.length));
    }
    if (!new String(bytes, 0, MAGIC.length(), US_ASCII).equals(MAGIC)) {
      throw corrupt("it does not begin with " + MAGIC);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).position(MAGIC.length());
    int version = header.getInt();
    long length = header.getLong();
    if (length != bytes.length - HEADER) {
      throw corrupt(
          "it has %d bytes after its header, not %d".formatted(bytes.length - HEADER, length));
    }
    if (header.getInt() != checksum(bytes)) {
      throw corrupt("its checksum is wrong");
    }
    if (version != VERSION) {
      throw new CheckpointRefusedException(
          Refusal.FORMAT, "its format is of version %d, not %d".formatted(version, VERSION));
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, CHECKSUM_AT);
    sum.update(bytes, HEADER, bytes.length - HEADER);
    return (int) sum.getValue();
  }

  private static byte[] text(DataInputStream in) throws IOException, CheckpointRefusedException {
    int length = in.readInt();
    byte[] text = length < 0 ? new byte[0] : in.readNBytes(length);
    if (text.length != length) {
      throw corrupt("a part of %d bytes is cut off".formatted(length));
    }
    return text;
  }

  private static byte kind(ObjectKey key) {
    return switch (key.kind()) {
      case SERVICE -> 'S';
      case ENDPOINT_SLICE -> 'E';
      case NODE -> 'N';
    };
  }

  private static Class<? extends ClusterObject> type(byte kind) throws CheckpointRefusedException {
    return switch (kind) {
      case 'S' -> Service.class;
      case 'E' -> EndpointSlice.class;
      case 'N' -> Node.class;
      default -> throw corrupt("a part is of an unknown kind, " + kind);
    };
  }

  private static CheckpointRefusedException corrupt(String why) {
    return new CheckpointRefusedException(Refusal.CORRUPT, why);
  }
}
