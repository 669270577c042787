package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.event.Moment;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MomentConverterTest {
  /** It is a quarter past two in the afternoon in Tokyo, nine hours ahead. */
  private final MomentConverter converter =
      new MomentConverter(
          Clock.fixed(Instant.parse("2026-03-01T05:15:00Z"), ZoneId.of("Asia/Tokyo")));

  @Test
  void aNumberIsARevision() {
    assertThat(converter.convert("4711")).isEqualTo(new Moment.AtRevision(4711));
    assertThat(converter.convert("now")).isEqualTo(Moment.NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "15m,                           2026-03-01T05:00:00Z",
    "1h30m,                         2026-03-01T03:45:00Z",
    "500ms,                         2026-03-01T05:14:59.500Z",
    "2d,                            2026-02-27T05:15:00Z",
    "1d12h,                         2026-02-27T17:15:00Z",
    "2026-02-28T12:00:00Z,          2026-02-28T12:00:00Z",
    "2026-02-28T12:00:00.123Z,      2026-02-28T12:00:00.123Z",
    "2026-02-28T12:00:00+02:00,     2026-02-28T10:00:00Z",
    "2026-02-28T12:00Z,             2026-02-28T12:00:00Z",
    "2026-02-28T12:00:00,           2026-02-28T03:00:00Z",
    "2026-02-28 12:00:00.5,         2026-02-28T03:00:00.500Z",
    "2026-02-28 12:00,              2026-02-28T03:00:00Z",
    "2026-02-28,                    2026-02-27T15:00:00Z",
    "14:02,                         2026-03-01T05:02:00Z",
    "14:02:07.25,                   2026-03-01T05:02:07.250Z"
  })
  void timesAreAgoOrIso(String text, Instant expected) {
    assertThat(converter.convert(text)).isEqualTo(new Moment.AtTime(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "yesterday", "-15m", "15 m", "d", "25:00", "2026-13-01", "12:00Z", "0"})
  void whatIsNoneIsRefusedWithWhatCouldBeWritten(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageMatching(".*(expected a revision, an ISO 8601 time|the first one is 1).*");
  }

  @Test
  void aNumberBeyondEveryRevisionIsRefused() {
    assertThatThrownBy(() -> converter.convert("99999999999999999999"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("no revision");
  }
}
