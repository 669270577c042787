package dev.sluice.events.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
    // leading zeros are decimal, as in kube-proxy
    "010.001.000.099, 10.1.0.99",
    // IPv4-mapped addresses are IPv4
    "::ffff:10.0.0.1, 10.0.0.1",
    "::ffff:a00:1, 10.0.0.1",
    // RFC 5952, section 4
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::ABCD, 2001:db8::abcd",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1::, 1::",
    "::1:0:0:0:0:0:0, 0:1::",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0"
  })
  void readsAllFormsAndWritesTheCanonicalOne(String text, String canonical) {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10.0.0",
        "10.0.0.1.2",
        "10.0.0.256",
        "10.0.0.0001",
        "10.0.0.",
        ".10.0.0",
        "10.0..1",
        "10.0.0.-1",
        "10.0.0.+1",
        "10.0.0.1 ",
        " 10.0.0.1",
        "10.0.0.1\n",
        "10.0.0.1; rm -rf /",
        "0x0a.0.0.1",
        "١٠.0.0.1",
        "localhost",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "1::2::3",
        "::1::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "::1/128",
        "::10.0.0",
        "::10.0.0.256",
        "10.0.0.1::",
        "1:10.0.0.1:2::",
        "1:2:3:4:5:6:7:10.0.0.1",
        "::ffff:10.0.0.1:1"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage("\"" + text + "\" is no IP address");
  }

  @Test
  void agreesWithTheJdkOnRandomAddresses() throws UnknownHostException {
    Random random = new Random(42);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      for (int b = 0; b < bytes.length; b++) {
        bytes[b] = random.nextInt(3) == 0 ? (byte) random.nextInt(256) : 0;
      }
      InetAddress jdk = InetAddress.getByAddress(bytes);

      IpAddress ours = IpAddress.parse(jdk.getHostAddress());

      assertThat(InetAddress.getByName(ours.toString())).isEqualTo(jdk);
      assertThat(IpAddress.parse(ours.toString())).isEqualTo(ours);
    }
  }

  @Test
  void isOrderedByFamilyThenUnsignedValue() {
    assertThat(
            java.util.stream.Stream.of("ffff::", "::1", "255.0.0.0", "1.0.0.0", "8000::", "::")
                .map(IpAddress::parse)
                .sorted())
        .extracting(IpAddress::toString)
        .containsExactly("1.0.0.0", "255.0.0.0", "::", "::1", "8000::", "ffff::");
  }

  @Test
  void bitsAreCountedFromTheLeft() {
    assertThat(IpAddress.parse("128.0.0.1").bit(0)).isTrue();
    assertThat(IpAddress.parse("128.0.0.1").bit(1)).isFalse();
    assertThat(IpAddress.parse("128.0.0.1").bit(31)).isTrue();
    assertThat(IpAddress.parse("8000::1").bit(0)).isTrue();
    assertThat(IpAddress.parse("0:0:0:1::").bit(63)).isTrue();
    assertThat(IpAddress.parse("::8000:0:0:0").bit(64)).isTrue();
    assertThat(IpAddress.parse("8000::1").bit(127)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, 32",
    "10.0.0.0, 10.0.0.1, 31",
    "0.0.0.0, 128.0.0.0, 0",
    "::, ::, 128",
    "::, ::1, 127",
    "::, 0:0:0:1::, 63",
    "::, 8000::, 0"
  })
  void commonPrefixesAreCounted(String a, String b, int expected) {
    assertThat(IpAddress.parse(a).commonPrefix(IpAddress.parse(b))).isEqualTo(expected);
  }

  @Test
  void twoFamiliesHaveNoCommonPrefix() {
    IpAddress v6 = IpAddress.parse("::");

    assertThatThrownBy(() -> IpAddress.parse("0.0.0.0").commonPrefix(v6))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.255.0.1, true",
    "128.0.0.1, false",
    "::1, true",
    "::2, false",
    "::ffff:127.0.0.1, true"
  })
  void loopbackIsTold(String text, boolean loopback) {
    assertThat(IpAddress.parse(text).isLoopback()).isEqualTo(loopback);
  }

  @Test
  void anIpv4AddressHas32Bits() {
    assertThatThrownBy(() -> new IpAddress(IpFamily.IPV4, 0, 1L << 32))
        .isInstanceOf(InvalidObjectException.class);
    assertThatThrownBy(() -> new IpAddress(IpFamily.IPV4, 1, 0))
        .isInstanceOf(InvalidObjectException.class);
  }
}
