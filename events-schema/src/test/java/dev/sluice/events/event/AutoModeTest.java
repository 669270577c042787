package dev.sluice.events.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoModeTest {
  private static final AutoMode AUTO = new AutoMode(1000, 800);

  @ParameterizedTest(name = "{0}, then {1} Services: {2} by {3}")
  @CsvSource({
    "         ,     0, iptables, 1000",
    "         ,   999, iptables, 1000",
    "         ,  1000, ipvs,     1000",
    "nftables ,   900, iptables, 1000",
    "iptables ,  1000, ipvs,     1000",
    "ipvs     ,   799, iptables, 800",
  })
  void aModeIsDecidedByALimit(String before, int services, String mode, long limit) {
    Head decided = AUTO.decide(head(before), services);

    assertThat(decided.proxyMode()).contains(mode);
    assertThat(decided.proxyModeReason()).contains(new ModeReason(services, limit, 42));
  }

  @ParameterizedTest(name = "{0} with {1} Services")
  @CsvSource({"iptables, 0", "iptables, 800", "iptables, 999", "ipvs, 800", "ipvs, 999"})
  void betweenTheLimitsItStaysAndSoDoesItsReason(String mode, int services) {
    Head before = head(mode).withMode(mode, new ModeReason(1234, 1000, 7));

    assertThat(AUTO.decide(before, services)).isSameAs(before);
  }

  @Test
  void oneLimitIsEnough() {
    assertThat(new AutoMode(5, 5).decide(head("ipvs"), 4).proxyMode()).contains("iptables");
    assertThat(new AutoMode(5, 5).decide(head("iptables"), 5).proxyMode()).contains("ipvs");
  }

  @Test
  void limitsThatWouldSwitchForEverAreRefused() {
    assertThatThrownBy(() -> new AutoMode(800, 801)).hasMessageContaining("801");
    assertThatThrownBy(() -> new AutoMode(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theReasonCanBeRead() {
    assertThat(new ModeReason(1000, 1000, 7))
        .hasToString("at revision 7 with 1000 Services, which are not fewer than 1000");
    assertThat(new ModeReason(799, 800, 9))
        .hasToString("at revision 9 with 799 Services, which are fewer than 800");
  }

  private static Head head(String mode) {
    return new Head("c", 1, 42, true, Optional.ofNullable(mode));
  }
}
