package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
  private final DurationConverter converter = new DurationConverter();

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "1m30s, PT1M30S",
    "500ms, PT0.5S",
    "0s, PT0S",
    "0, PT0S",
    "1.5h, PT1H30M",
    "24h0m0s, PT24H",
    "15us, PT0.000015S",
    "7ns, PT0.000000007S"
  })
  void readsGoDurations(String text, Duration expected) {
    assertThat(converter.convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "s", "-1s", "1s ", "1 s", "1d", "1s2", "PT1S", "1.s", "9999999h"})
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("\"" + text + "\" is no duration");
  }
}
