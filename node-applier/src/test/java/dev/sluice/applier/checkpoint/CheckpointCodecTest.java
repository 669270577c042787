package dev.sluice.applier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.Site;
import dev.sluice.events.event.Head;
import dev.sluice.events.image.ClusterImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CheckpointCodecTest {
  private static final int VERSION_AT = 8;
  private static final int CHECKSUM_AT = 20;
  private static final int HEADER = 24;

  private final CheckpointCodec codec = new CheckpointCodec();
  private final Checkpoint checkpoint =
      Checkpoints.of(
          ClusterImage.of(
              77,
              Optional.of(new Head("the-cluster", 3, 77, true, Optional.of("ipvs"))),
              new RandomCluster(new Random(6), Site.narrow()).of(12)),
          812);

  @Test
  void whatWasEncodedIsDecoded() throws Exception {
    Checkpoint decoded = codec.decode(codec.encode(checkpoint));

    assertThat(decoded).isEqualTo(checkpoint);
    assertThat(decoded.image().services()).isEqualTo(checkpoint.image().services());
    assertThat(decoded.image().servedServices()).isEqualTo(checkpoint.image().servedServices());
    checkpoint
        .image()
        .services()
        .forEach(
            name ->
                assertThat(List.copyOf(decoded.image().slices(name)))
                    .isEqualTo(List.copyOf(checkpoint.image().slices(name))));
  }

  @Test
  void equalCheckpointsHaveEqualBytes() throws Exception {
    byte[] bytes = codec.encode(checkpoint);

    assertThat(codec.encode(codec.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void anEmptyImageIsAnImage() throws Exception {
    Checkpoint empty = Checkpoints.of(ClusterImage.EMPTY, 0);

    assertThat(codec.decode(codec.encode(empty))).isEqualTo(empty);
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] bytes = codec.encode(checkpoint);
    for (int at = 0; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 << bit);

        assertRefused(damaged, Refusal.CORRUPT, "byte %d bit %d".formatted(at, bit));
      }
    }
  }

  @Test
  void everyLengthButTheWholeIsNoticed() {
    byte[] bytes = codec.encode(checkpoint);
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length), Refusal.CORRUPT, "cut off at " + length);
    }
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), Refusal.CORRUPT, "one byte more");
  }

  @Test
  void partsThatAreNotWhatTheySayAreRefusedThoughTheChecksumIsRight() {
    byte[] bytes = codec.encode(checkpoint);
    byte[] noise = bytes.clone();
    new Random(1).nextBytes(noise);
    System.arraycopy(bytes, 0, noise, 0, HEADER);

    assertRefused(signed(noise), Refusal.CORRUPT, "noise");
    assertRefused(
        signed(ByteBuffer.wrap(new byte[HEADER]).put(bytes, 0, VERSION_AT).putInt(1).array()),
        Refusal.CORRUPT,
        "a header and nothing else");
  }

  @Test
  void anotherVersionOfTheFormatIsRefusedAsThat() {
    byte[] later = codec.encode(checkpoint);
    ByteBuffer.wrap(later).putInt(VERSION_AT, CheckpointCodec.VERSION + 1);

    assertRefused(signed(later), Refusal.FORMAT, "a later version");
  }

  private static byte[] signed(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, CHECKSUM_AT);
    sum.update(bytes, HEADER, bytes.length - HEADER);
    ByteBuffer.wrap(bytes).putInt(CHECKSUM_AT, (int) sum.getValue());
    return bytes;
  }

  private void assertRefused(byte[] bytes, Refusal reason, String what) {
    assertThatExceptionOfType(CheckpointRefusedException.class)
        .as(what)
        .isThrownBy(() -> codec.decode(bytes))
        .satisfies(e -> assertThat(e.refusal()).as(what).isEqualTo(reason));
  }
}
