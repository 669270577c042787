package dev.sluice.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** That a run is limited to what was asked for, and to nothing by mistake. */
class AskedTest {
  @Test
  void namesLimitTheBackEnds() {
    assertThat(BackEnd.asked("iptables-nft")).containsOnly(BackEnd.IPTABLES_NFT);
    assertThat(BackEnd.asked("iptables-nft, iptables-legacy"))
        .containsOnly(BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT);
    assertThat(BackEnd.asked("")).containsOnly(BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT);
    assertThat(BackEnd.asked("ipvs")).containsOnly(BackEnd.IPVS);
    assertThat(BackEnd.asked("none")).isEmpty();
  }

  @Test
  void namesLimitTheRows() {
    assertThat(AskedRows.asked("F8,M4")).containsOnly(Row.F8, Row.M4);
    assertThat(AskedRows.asked(" ")).containsOnly(Row.values());
  }

  @Test
  void aNameThatNothingHasIsNoLimitButAnError() {
    assertThatThrownBy(() -> BackEnd.asked("nft"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no back end is called 'nft': [iptables-legacy, iptables-nft, ipvs]");
    assertThatThrownBy(() -> AskedRows.asked("F99")).isInstanceOf(IllegalArgumentException.class);
  }
}
