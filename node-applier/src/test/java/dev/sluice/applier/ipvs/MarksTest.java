package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarksTest {
  private static final int KUBE_PROXY_MASQUERADE = 0x4000;
  private static final int KUBELET_DROP = 0x8000;

  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);
  private static final Marks MARKS = new Marks(14);

  static IntStream bits() {
    return IntStream.range(0, 32);
  }

  private static ServicePortName name(int number, Protocol protocol) {
    return new ServicePortName(new ServiceName("marks", "service-" + number), "", protocol);
  }

  private static List<ServicePortName> names(int count) {
    List<ServicePortName> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(name(i, PROTOCOLS.get(i % PROTOCOLS.size())));
    }
    return names;
  }

  private static int alone(ServicePortName name) {
    return assigned(List.of(name)).values().iterator().next();
  }

  private static Map<ServicePortName, Integer> assigned(List<ServicePortName> names) {
    return MARKS.assign(new TreeSet<>(names));
  }

  /** Two names whose hashes give one mark, in order: found by trying. */
  static List<ServicePortName> collision() {
    Map<Integer, ServicePortName> seen = new HashMap<>();
    for (int i = 0; ; i++) {
      ServicePortName name = name(i, Protocol.TCP);
      Optional<ServicePortName> other = Optional.ofNullable(seen.put(alone(name), name));
      if (other.isPresent()) {
        return new TreeSet<>(List.of(other.get(), name)).stream().toList();
      }
    }
  }

  @Test
  void marksDependOnTheSetAndNotOnItsOrder() {
    List<ServicePortName> names = new ArrayList<>(names(300));
    names.addAll(collision());
    Map<ServicePortName, Integer> marks = assigned(names);

    Collections.shuffle(names, new Random(7));
    assertThat(assigned(names)).isEqualTo(marks);
    assertThat(new HashSet<>(marks.values())).as("no two alike").hasSize(marks.size());
  }

  @Test
  void whoseMarkIsTakenGetsAnotherUntilItIsFree() {
    List<ServicePortName> pair = collision();
    ServicePortName first = pair.get(0);
    ServicePortName second = pair.get(1);
    Map<ServicePortName, Integer> both = assigned(pair);

    assertThat(both.get(first)).isEqualTo(alone(first)).isEqualTo(alone(second));
    assertThat(both.get(second)).isNotEqualTo(alone(second));
  }

  @Test
  void oneNameUnderTwoProtocolsHasTwoMarks() {
    Map<ServicePortName, Integer> marks =
        assigned(List.of(name(1, Protocol.TCP), name(1, Protocol.UDP), name(1, Protocol.SCTP)));

    assertThat(new HashSet<>(marks.values())).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("bits")
  void noMarkAsksForMasqueradingAndEachTellsItsProtocol(int bit) {
    Marks marks = new Marks(bit);
    Match match = Match.of(marks);
    marks
        .assign(new TreeSet<>(names(600)))
        .forEach(
            (name, mark) -> {
              assertThat(mark & 1 << bit).as("%s 0x%x", name, mark).isZero();
              assertThat(mark).isNotZero();
              assertThat(marks.protocol(mark)).isEqualTo(name.protocol());
              assertThat(match.holds(mark)).isTrue();
              // KUBE-MARK-MASQ adds its bit, and the rules still know the packet
              assertThat(match.holds(mark | 1 << bit)).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("bits")
  void othersMarksAreNotTakenForOurs(int bit) {
    Match match = Match.of(new Marks(bit));

    assertThat(match.mask & 1 << bit).as("it says nothing about the masquerade bit").isZero();
    assertThat(match.value & ~match.mask).as("as the tools print it").isZero();
    for (int foreign : List.of(0, 1 << bit, KUBE_PROXY_MASQUERADE, KUBELET_DROP, 0xffff)) {
      assertThat(match.holds(foreign)).as("0x%x", foreign).isFalse();
    }
  }

  /** Value and mask. */
  private record Match(int value, int mask) {
    static Match of(Marks marks) {
      String[] parts = marks.match().split("/", 2);
      return new Match(Integer.decode(parts[0]), Long.decode(parts[1]).intValue());
    }

    boolean holds(int mark) {
      return (mark & mask) == value;
    }
  }
}
