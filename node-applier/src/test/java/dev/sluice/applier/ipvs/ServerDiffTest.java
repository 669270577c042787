package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerDiffTest {
  private static final Instant UNTIL = Instant.parse("2026-01-01T00:15:00Z");
  private static final Marks MARKS = new Marks(14);
  private static final ServerSettings RR = new ServerSettings("rr", 0);
  private static final ServerKey TCP = key(Protocol.TCP);

  private static final IpAddress VIP = IpAddress.parse("10.96.0.1");

  private final Idle idle = new Idle();

  private static ServerKey key(Protocol protocol) {
    return new ServerKey.ToAddress(protocol, IpAddress.parse("10.96.0.1"), 80);
  }

  private static ServerKey marked(Protocol protocol) {
    ServicePortName name = new ServicePortName(new ServiceName("ns", "web"), "", protocol);
    int mark = MARKS.assign(new TreeSet<>(List.of(name))).values().iterator().next();
    return new ServerKey.Marked(IpFamily.IPV4, mark);
  }

  private static RealServer host(int number) {
    return new RealServer(IpAddress.parse("10.244.1." + number), 8080);
  }

  private static IpvsObject.Server to(ServerSettings settings, int... hosts) {
    return new IpvsObject.Server(
        settings, IntStream.of(hosts).mapToObj(ServerDiffTest::host).toList());
  }

  private static Optional<IpvsObject.Server> was(int... hosts) {
    return Optional.of(to(RR, hosts));
  }

  private List<Operation> put(
      ServerKey key, Optional<IpvsObject.Server> before, IpvsObject.Server after) {
    ServerDiff diff = new ServerDiff(MARKS, idle, UNTIL);
    diff.put(key, before, after);
    return diff.operations();
  }

  @Test
  void aNewServerComesBeforeItsDestinations() {
    assertThat(put(TCP, Optional.empty(), to(RR, 1, 2)))
        .containsExactly(
            new NewServer(TCP, RR),
            new NewDestination(TCP, host(1), 1),
            new NewDestination(TCP, host(2), 1));
    assertThat(idle.isEmpty()).isTrue();
  }

  @Test
  void whatIsAsItShouldBeTakesNoOperation() {
    assertThat(put(TCP, was(1, 2), to(RR, 1, 2))).isEmpty();
  }

  @Test
  void aDestinationOfTcpThatGoesKeepsItsConnectionsAndComesAfterThoseThatArrive() {
    assertThat(put(TCP, was(1, 2), to(RR, 2, 3)))
        .containsExactly(new NewDestination(TCP, host(3), 1), new SetDestination(TCP, host(1), 0));
    assertThat(idle.of(TCP)).isEqualTo(Map.of(host(1), UNTIL));
  }

  @ParameterizedTest
  @EnumSource(
      value = Protocol.class,
      names = {"UDP", "SCTP"})
  void thoseOfOtherProtocolsGoAtOnce(Protocol protocol) {
    for (ServerKey key : List.of(key(protocol), marked(protocol))) {
      assertThat(put(key, was(1, 2), to(RR, 2)))
          .containsExactly(new DeleteDestination(key, host(1)));
    }
    assertThat(idle.isEmpty()).isTrue();
  }

  @Test
  void aServerByMarkKnowsItsProtocol() {
    ServerKey key = marked(Protocol.TCP);

    assertThat(put(key, was(1, 2), to(RR, 2))).containsExactly(new SetDestination(key, host(1), 0));
  }

  @Test
  void aDestinationThatComesBackGetsItsWeightBack() {
    List<Operation> _ = put(TCP, was(1, 2), to(RR, 2));

    assertThat(put(TCP, was(2), to(RR, 1, 2))).containsExactly(new SetDestination(TCP, host(1), 1));
    assertThat(idle.isEmpty()).isTrue();
  }

  /** As when another program changed its weight, which was read back. */
  @Test
  void aDestinationOfAnotherWeightIsSetToOurs() {
    idle.retain(Map.of(TCP, Set.of(host(1))), UNTIL);

    assertThat(put(TCP, was(2), to(RR, 1, 2))).containsExactly(new SetDestination(TCP, host(1), 1));
  }

  @Test
  void anotherPersistenceOrSchedulerChangesTheServerAlone() {
    ServerSettings sticky = new ServerSettings("rr", 60);

    assertThat(put(TCP, was(1), to(sticky, 1))).containsExactly(new SetServer(TCP, sticky));
    assertThat(put(TCP, Optional.of(to(sticky, 1)), to(RR, 1, 2)))
        .containsExactly(new SetServer(TCP, RR), new NewDestination(TCP, host(2), 1));
  }

  @Test
  void whoDrainsAlreadyKeepsItsTime() {
    Instant sooner = UNTIL.minusSeconds(60);
    idle.put(TCP, host(1), sooner);

    assertThat(put(TCP, was(2), to(RR, 2, 3))).containsExactly(new NewDestination(TCP, host(3), 1));
    assertThat(idle.of(TCP)).isEqualTo(Map.of(host(1), sooner));
  }

  @Test
  void aServerThatGoesTakesAllAlong() {
    idle.put(TCP, host(1), UNTIL);
    ServerDiff diff = new ServerDiff(MARKS, idle, UNTIL);
    diff.remove(TCP);

    assertThat(diff.operations()).containsExactly(new DeleteServer(TCP));
    assertThat(idle.isEmpty()).isTrue();
  }

  @Test
  void aServerThatClosesKeepsItsConnections() {
    ServerDiff diff = new ServerDiff(MARKS, idle, UNTIL);
    diff.close(TCP, to(RR, 1, 2), Set.of(VIP));

    assertThat(diff.operations())
        .containsExactly(new SetDestination(TCP, host(1), 0), new SetDestination(TCP, host(2), 0));
    assertThat(idle.isClosing(TCP)).isTrue();
    assertThat(idle.of(TCP)).isEqualTo(Map.of(host(1), UNTIL, host(2), UNTIL));
  }

  @Test
  void aServerThatIsWantedAgainWhileItClosesIsNotMadeAnew() {
    new ServerDiff(MARKS, idle, UNTIL).close(TCP, to(RR, 1), Set.of(VIP));

    assertThat(put(TCP, Optional.of(to(RR)), to(RR, 1, 2)))
        .containsExactly(new SetDestination(TCP, host(1), 1), new NewDestination(TCP, host(2), 1));
    assertThat(idle.isEmpty()).isTrue();
  }
}
