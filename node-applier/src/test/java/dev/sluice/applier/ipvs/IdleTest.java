package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdleTest {
  private static final Instant SOON = Instant.parse("2026-01-01T00:01:00Z");
  private static final Instant LATER = SOON.plusSeconds(60);
  private static final ServerKey WEB = server("10.96.0.1");
  private static final ServerKey SHOP = server("10.96.0.2");
  private static final RealServer ONE = new RealServer(IpAddress.parse("10.244.1.1"), 80);
  private static final RealServer TWO = new RealServer(IpAddress.parse("10.244.1.2"), 80);

  private static final ServerSettings RR = new ServerSettings("rr", 0);

  private final Idle idle = new Idle();

  private static ServerKey server(String address) {
    return new ServerKey.ToAddress(Protocol.TCP, IpAddress.parse(address), 80);
  }

  @Test
  void aServerWaitsAsLongAsAnyDestinationDoes() {
    idle.put(WEB, ONE, SOON);
    idle.put(WEB, TWO, SOON);

    idle.remove(WEB, ONE);
    assertThat(idle.servers()).containsExactly(WEB);
    idle.remove(WEB, TWO);
    assertThat(idle.servers()).isEmpty();
    assertThat(idle.isEmpty()).isTrue();
    idle.remove(WEB, TWO);
    assertThat(idle.isEmpty()).isTrue();
  }

  @Test
  void aServerThatGoesTakesItsDestinationsAlong() {
    idle.put(WEB, ONE, SOON);
    idle.put(SHOP, ONE, SOON);

    idle.remove(WEB);

    assertThat(idle.contains(WEB, ONE)).isFalse();
    assertThat(idle.servers()).containsExactly(SHOP);
  }

  @Test
  void whatIsFoundAgainKeepsItsTimeAndWhatIsNewHasThatOfNow() {
    idle.put(WEB, ONE, SOON);

    idle.retain(Map.of(WEB, Set.of(ONE, TWO), SHOP, Set.of(ONE)), LATER);

    assertThat(idle.of(WEB)).isEqualTo(Map.of(ONE, SOON, TWO, LATER));
    assertThat(idle.of(SHOP)).isEqualTo(Map.of(ONE, LATER));
  }

  @Test
  void whatIsNotFoundAnyMoreIsForgotten() {
    idle.put(WEB, ONE, SOON);
    idle.put(SHOP, ONE, SOON);

    idle.retain(Map.of(WEB, Set.of(TWO)), LATER);

    assertThat(idle.of(WEB)).isEqualTo(Map.of(TWO, LATER));
    assertThat(idle.servers()).containsExactly(WEB);
    idle.retain(Map.of(), LATER);
    assertThat(idle.isEmpty()).isTrue();
  }

  @Test
  void whatClosesStaysWithItsAddressUntilItGoes() {
    IpAddress vip = IpAddress.parse("10.96.0.1");
    idle.put(WEB, ONE, SOON);
    idle.close(WEB, RR, Set.of(vip));

    Program<IpvsKey, IpvsObject> all = idle.with(Program.empty());
    assertThat(all.get(new IpvsKey.OfServer(WEB))).hasValue(new IpvsObject.Server(RR, List.of()));
    Idle.addressed(vip).forEach(key -> assertThat(all.get(key)).as("%s", key).isPresent());
    assertThat(all.objects().keySet()).allMatch(idle::keeps);

    idle.remove(WEB);
    assertThat(idle.with(Program.empty()).size()).isZero();
    assertThat(all.objects().keySet()).noneMatch(idle::keeps);
  }

  /** Or it would get no connections until the old ones have ended. */
  @Test
  void aServerThatIsWantedAgainIsAsItIsWanted() {
    idle.put(WEB, ONE, SOON);
    idle.close(WEB, RR, Set.of(IpAddress.parse("10.96.0.1")));
    IpvsObject wanted = new IpvsObject.Server(RR, List.of(TWO));
    Program<IpvsKey, IpvsObject> desired = Program.empty();

    assertThat(
            idle.with(desired.plus(new IpvsKey.OfServer(WEB), wanted))
                .get(new IpvsKey.OfServer(WEB)))
        .hasValue(wanted);
  }

  @Test
  void whatClosesGoesOnClosingAfterAReadBackThatFindsIt() {
    idle.put(WEB, ONE, SOON);
    idle.close(WEB, RR, Set.of());
    idle.put(SHOP, ONE, SOON);
    idle.close(SHOP, RR, Set.of());

    idle.retain(Map.of(WEB, Set.of(ONE)), LATER);

    assertThat(idle.isClosing(WEB)).isTrue();
    assertThat(idle.isClosing(SHOP)).isFalse();
  }
}
