package dev.sluice.applier.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.model.ProxyMode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModeChoiceTest {
  private static final Optional<ProxyMode> AUTO = Optional.empty();
  private static final ModeAbilities ALL = new ModeAbilities(Map.of());
  private static final ModeAbilities NO_IPVS =
      new ModeAbilities(Map.of(ProxyMode.IPVS, "the module ip_vs is missing"));

  @Test
  void aModeThatIsNamedIsTakenWhateverTheLogSays() {
    assertThat(ModeChoice.of(Optional.of(ProxyMode.IPTABLES), decided("ipvs"), ALL))
        .isEqualTo(new ModeChoice(ProxyMode.IPTABLES, "--proxy-mode names it"));
  }

  @Test
  void autoObeysTheLogAndGivesItsReason() {
    assertThat(ModeChoice.of(AUTO, decided("ipvs"), ALL))
        .isEqualTo(
            new ModeChoice(
                ProxyMode.IPVS,
                "auto means ipvs, decided at revision 7 with 1000 Services, which are not fewer"
                    + " than 1000"));
    assertThat(ModeChoice.of(AUTO, decided("iptables"), ALL).mode()).isEqualTo(ProxyMode.IPTABLES);
  }

  @Test
  void beforeADecisionAutoIsIptables() {
    Optional<Head> undecided = Optional.of(new Head("c", 1, 7, true, Optional.empty()));

    assertThat(ModeChoice.of(AUTO, undecided, ALL).mode()).isEqualTo(ProxyMode.IPTABLES);
    assertThat(ModeChoice.of(AUTO, Optional.empty(), ALL).reason())
        .isEqualTo("auto, and the log has decided nothing yet");
  }

  @Test
  void whereTheNodeCantItIsIptablesAndWhatIsMissingIsNamed() {
    ModeChoice choice = ModeChoice.of(AUTO, decided("ipvs"), NO_IPVS);

    assertThat(choice.mode()).isEqualTo(ProxyMode.IPTABLES);
    assertThat(choice.reason())
        .startsWith("auto means ipvs, decided at revision 7")
        .endsWith("; but here it can't be used: the module ip_vs is missing");
  }

  @Test
  void aModeOfALaterVersionIsIptables() {
    ModeChoice choice =
        ModeChoice.of(AUTO, Optional.of(new Head("c", 1, 7, true, Optional.of("nftables"))), ALL);

    assertThat(choice)
        .isEqualTo(
            new ModeChoice(
                ProxyMode.IPTABLES,
                "auto means nftables; but this version does not know that mode"));
  }

  @Test
  void abilitiesNameWhatIsMissing() {
    assertThat(NO_IPVS.able()).containsExactly(ProxyMode.IPTABLES);
    assertThat(NO_IPVS.missing(ProxyMode.IPVS)).contains("the module ip_vs is missing");
    assertThat(NO_IPVS.missing(ProxyMode.IPTABLES)).isEmpty();
  }

  private static Optional<Head> decided(String mode) {
    ModeReason reason = new ModeReason(1000, 1000, 7);
    return Optional.of(new Head("c", 1, 9, true, Optional.of(mode), Optional.of(reason)));
  }
}
