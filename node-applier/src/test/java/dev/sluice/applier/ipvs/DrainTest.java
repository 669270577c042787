package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final Instant UNTIL = Instant.parse("2026-01-01T00:15:00Z");
  private static final ServerKey SERVER =
      new ServerKey.ToAddress(Protocol.TCP, IpAddress.parse("10.96.0.1"), 80);
  private static final RealServer ONE = new RealServer(IpAddress.parse("10.244.1.1"), 80);
  private static final RealServer TWO = new RealServer(IpAddress.parse("10.244.1.2"), 80);

  private static boolean over(Instant now, FoundDestination... found) {
    return Drain.over(SERVER, ONE, List.of(found), UNTIL, now);
  }

  @Test
  void aDestinationStaysWhileAnyConnectionIsOpenOrAboutToEnd() {
    Instant now = UNTIL.minusSeconds(1);

    assertThat(over(now, new FoundDestination(ONE, 0, 1, 0))).isFalse();
    assertThat(over(now, new FoundDestination(ONE, 0, 0, 1))).isFalse();
    assertThat(over(now, new FoundDestination(ONE, 0, 0, 0))).isTrue();
  }

  @Test
  void othersConnectionsDoNotKeepIt() {
    Instant now = UNTIL.minusSeconds(1);

    assertThat(over(now, new FoundDestination(TWO, 1, 9, 9), new FoundDestination(ONE, 0, 0, 0)))
        .isTrue();
  }

  @Test
  void oneThatHasGoneByItselfIsOver() {
    assertThat(over(UNTIL.minusSeconds(1))).isTrue();
  }

  @Test
  void whenItsTimeIsOverItGoesWithWhatIsOpen() {
    assertThat(over(UNTIL, new FoundDestination(ONE, 0, 5, 5))).isTrue();
  }
}
