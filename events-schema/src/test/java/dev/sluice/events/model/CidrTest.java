package dev.sluice.events.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8",
    "10.1.2.3/32, 10.1.2.3/32",
    "10.1.2.3/0, 0.0.0.0/0",
    "'  10.0.0.0/8 ', 10.0.0.0/8",
    "2001:db8::1/32, 2001:db8::/32",
    "2001:db8::1/64, 2001:db8::/64",
    "2001:db8::ffff/127, 2001:db8::fffe/127",
    "2001:db8:0:1::ffff/65, 2001:db8:0:1::/65",
    "::1/128, ::1/128",
    "ffff::/0, ::/0"
  })
  void clearsHostBits(String text, String canonical) {
    assertThat(Cidr.parse(text)).hasToString(canonical).isEqualTo(Cidr.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "/8",
        "10.0.0.0 /8",
        "10.0.0.0/٨",
        "a/8"
      })
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(InvalidObjectException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 10.0.0.1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "2001:db8::/96, 2001:db8::1:0:0, false"
  })
  void containsAddressesOfItsFamilyAndRange(String range, String address, boolean expected) {
    assertThat(Cidr.parse(range).contains(IpAddress.parse(address))).isEqualTo(expected);
  }

  @Test
  void oneAddressIsARange() {
    assertThat(Cidr.of(IpAddress.parse("10.0.0.1"))).hasToString("10.0.0.1/32");
    assertThat(Cidr.of(IpAddress.parse("::1"))).hasToString("::1/128");
  }
}
