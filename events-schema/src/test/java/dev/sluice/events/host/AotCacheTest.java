package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AotCacheTest {
  private static final String MAPPED =
      "7f4889cb0000-7f4889d08000 rw-p 009cd000 08:01 1234      /opt/sluice/app/sluice.aot";
  private static final String OTHER =
      "7f4889d08000-7f4889d09000 r--p 00000000 08:01 1235      /usr/lib/libc.so.6";

  @Test
  void isUsedWhileItsFileIsMapped() {
    assertThat(use(List.of("-XX:AOTCache=/opt/sluice/app/sluice.aot"), OTHER, MAPPED))
        .isEqualTo(AotCache.Use.USED);
  }

  @Test
  void isRefusedIfItWasGivenAndIsNotMapped() {
    assertThat(use(List.of("-XX:AOTCache=/opt/sluice/app/sluice.aot"), OTHER))
        .isEqualTo(AotCache.Use.REFUSED);
  }

  @Test
  void isUsedWhereItsFileWasMadeAnewSince() {
    assertThat(use(List.of("-XX:AOTCache=/opt/sluice/app/sluice.aot"), MAPPED + " (deleted)"))
        .isEqualTo(AotCache.Use.USED);
  }

  @Test
  void isAbsentIfNoneWasGiven() {
    assertThat(use(List.of("-XX:AOTMode=auto", "-Xss256k"), MAPPED)).isEqualTo(AotCache.Use.ABSENT);
  }

  @Test
  void isTheLastOneThatWasGiven() {
    List<String> options = List.of("-XX:AOTCache=/opt/sluice/app/sluice.aot", "-XX:AOTCache=/b");

    assertThat(use(options, MAPPED)).isEqualTo(AotCache.Use.REFUSED);
  }

  private static AotCache.Use use(List<String> options, String... maps) {
    return AotCache.use(options, Stream.of(maps));
  }
}
