package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:10249, 127.0.0.1, 10249, 127.0.0.1:10249",
    "[::1]:80, ::1, 80, [::1]:80",
    ":10256, 0.0.0.0, 10256, 0.0.0.0:10256",
    "localhost:0, localhost, 0, localhost:0"
  })
  void readsAndWritesAllForms(String text, String host, int port, String written) {
    BindAddress address = BindAddress.parse(text);

    assertThat(address).isEqualTo(new BindAddress(host, port)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "::1:80", "host", "host:", "host:x", "a b:1", "[::1]", "h:-1"})
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> BindAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected HOST:PORT, [IPV6]:PORT or :PORT");
  }

  @Test
  void refusesPortsOutOfRange() {
    assertThatThrownBy(() -> BindAddress.parse("h:65536")).hasMessageContaining("0 to 65535");
  }
}
