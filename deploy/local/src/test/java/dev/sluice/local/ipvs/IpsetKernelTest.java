package dev.sluice.local.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.Element.OfAddress;
import dev.sluice.applier.ipset.Element.OfPort;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.Element.OfSocketAndAddress;
import dev.sluice.applier.ipset.Element.OfSocketAndRange;
import dev.sluice.applier.ipset.FoundSet;
import dev.sluice.applier.ipset.IpsetError;
import dev.sluice.applier.ipset.IpsetException;
import dev.sluice.applier.ipset.IpsetKernel;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.ipset.SetType;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@IpvsTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IpsetKernelTest {
  private static final Logger LOG = LoggerFactory.getLogger(IpsetKernelTest.class);
  private static final OfSocket WEB = new OfSocket(IpAddress.parse("10.96.0.1"), Protocol.TCP, 80);

  private NetworkNamespace node;
  private IpsetKernel sets;

  @BeforeEach
  void open() {
    node = NetworkNamespace.create("ipset");
    sets = new IpsetKernel();
  }

  @AfterEach
  void close() {
    sets.close();
    node.close();
  }

  /** Of each type, two elements of a family. */
  private static List<Element> elements(SetType type, IpFamily family) {
    boolean v4 = family == IpFamily.IPV4;
    IpAddress address = IpAddress.parse(v4 ? "10.96.0.1" : "fd00:10:96::1");
    IpAddress second = IpAddress.parse(v4 ? "192.0.2.7" : "2001:db8::7");
    Cidr range = Cidr.parse(v4 ? "192.0.2.0/24" : "2001:db8::/33");
    OfSocket tcp = new OfSocket(address, Protocol.TCP, 80);
    OfSocket sctp = new OfSocket(second, Protocol.SCTP, 65_535);
    return switch (type) {
      case BITMAP_PORT -> List.of(new OfPort(0), new OfPort(65_535));
      case HASH_IP -> List.of(new OfAddress(address), new OfAddress(second));
      case HASH_IP_PORT -> List.of(tcp, sctp);
      case HASH_IP_PORT_IP ->
          List.of(new OfSocketAndAddress(tcp, second), new OfSocketAndAddress(sctp, second));
      case HASH_IP_PORT_NET ->
          List.of(new OfSocketAndRange(tcp, range), new OfSocketAndRange(sctp, Cidr.of(second)));
    };
  }

  @ParameterizedTest
  @EnumSource
  void elementsOfBothFamiliesComeBack(SetType type) throws IOException {
    for (IpFamily family : IpFamily.values()) {
      SetDefinition set = new SetDefinition("KUBE-" + family, type, family, false);
      List<Element> elements = elements(type, family);
      node.<IOException>run(
          () -> {
            sets.create(set);
            sets.create(set); // as after a restart
            assertThat(sets.elements(set)).isEmpty();
            sets.add(set, unmarked(elements));
            sets.add(set, unmarked(elements));
            assertThat(sets.elements(set)).isEqualTo(unmarked(elements));
          });
      String listed = node.exec("ipset", "list", set.name()).orThrow().out();
      assertThat(listed.lines()).contains(elements.getFirst().toString());
      assertThat(listed).contains("Type: " + type);
      node.<IOException>run(
          () -> {
            assertThat(sets.definitions().get(set.name())).matches(found -> found.serves(set));
            sets.remove(set, elements.subList(0, 1));
            sets.remove(set, elements.subList(0, 1));
            assertThat(sets.elements(set).keySet()).containsExactly(elements.getLast());
            sets.destroy(set.name());
            sets.destroy(set.name());
            assertThat(sets.definitions()).isEmpty();
          });
    }
  }

  private static Map<Element, Integer> unmarked(List<Element> elements) {
    return elements.stream().collect(Collectors.toMap(Function.identity(), element -> 0));
  }

  @ParameterizedTest
  @EnumSource
  void elementsOfEveryTypeHaveMarks(SetType type) throws IOException {
    SetDefinition set = new SetDefinition("MARKED", type, IpFamily.IPV4, true);
    List<Element> elements = elements(type, IpFamily.IPV4);
    Element first = elements.getFirst();
    node.<IOException>run(
        () -> {
          sets.create(set);
          sets.add(set, Map.of(first, 0x10001, elements.getLast(), 0xffffffff));
          assertThat(sets.elements(set))
              .isEqualTo(Map.of(first, 0x10001, elements.getLast(), 0xffffffff));
          sets.add(set, Map.of(first, 0x20002));
          assertThat(sets.elements(set).get(first)).isEqualTo(0x20002);
        });

    assertThat(node.exec("ipset", "list", "MARKED").orThrow().out())
        .contains(first + " skbmark 0x20002\n");
  }

  @Test
  void aMarkOfOtherBitsThanTheDefinitionSaysIsNone() throws IOException {
    SetDefinition all = new SetDefinition("MARKED", SetType.HASH_IP_PORT, IpFamily.IPV4, true);
    SetDefinition some =
        new SetDefinition("MARKED", SetType.HASH_IP_PORT, IpFamily.IPV4, true, 0xffff0000);
    node.<IOException>run(
        () -> {
          sets.create(some);
          sets.add(some, Map.of(WEB, 0x10000));
          assertThat(sets.elements(some)).isEqualTo(Map.of(WEB, 0x10000));
          assertThat(sets.elements(all)).isEqualTo(Map.of(WEB, 0));
        });

    assertThat(node.exec("ipset", "list", "MARKED").orThrow().out())
        .contains(WEB + " skbmark 0x10000/0xffff0000\n");
  }

  @Test
  void othersSetsAreFoundAndLeftAlone() throws IOException {
    SetDefinition own = new SetDefinition("KUBE-A", SetType.HASH_IP, IpFamily.IPV4, false);
    node.exec("ipset", "create", "theirs", "hash:net", "family", "inet6", "timeout", "600")
        .orThrow();
    node.exec("ipset", "add", "theirs", "2001:db8::/32").orThrow();
    node.exec("ipset", "create", "ports", "bitmap:port", "range", "1-100").orThrow();
    node.<IOException>run(
        () -> {
          sets.create(own);
          assertThat(sets.definitions())
              .containsOnlyKeys("KUBE-A", "theirs", "ports")
              .containsEntry(
                  "theirs",
                  new FoundSet("hash:net", Optional.of(IpFamily.IPV6), false, true, 65_536))
              .containsEntry(
                  "ports", new FoundSet("bitmap:port", Optional.empty(), false, false, 100));
          sets.destroy("KUBE-A");
          assertThat(sets.definitions()).containsOnlyKeys("theirs", "ports");
        });

    assertThat(node.exec("ipset", "list", "theirs").orThrow().out()).contains("2001:db8::/32");
  }

  @Test
  void aRefusalNamesTheSetAndTheElement() throws IOException {
    SetDefinition set = new SetDefinition("KUBE-A", SetType.HASH_IP, IpFamily.IPV4, false);
    Element wrong = new OfAddress(IpAddress.parse("fd00::1"));
    Element right = new OfAddress(IpAddress.parse("10.0.0.1"));
    node.<IOException>run(
        () -> {
          sets.create(set);
          assertThatThrownBy(() -> sets.add(set, Map.of(wrong, 0, right, 0)))
              .isInstanceOf(IpsetException.class)
              .hasMessageMatching("addition of fd00::1 to set KUBE-A: IPSET_ERR_.*");
          assertThat(sets.elements(set).keySet()).isEqualTo(Set.of(right));
          assertThatThrownBy(() -> sets.remove(set, List.of(wrong)))
              .hasMessageStartingWith("removal of fd00::1 from set KUBE-A: IPSET_ERR_");
        });
  }

  @Test
  void whatStandsInTheWayHasAName() throws IOException {
    SetDefinition set = new SetDefinition("KUBE-A", SetType.HASH_IP, IpFamily.IPV4, false);
    node.exec("ipset", "create", "KUBE-A", "hash:ip", "maxelem", "1").orThrow();
    node.exec("iptables-legacy", "-A", "INPUT", "-m", "set", "--match-set", "KUBE-A", "src")
        .orThrow();
    node.<IOException>run(
        () -> {
          assertThatThrownBy(() -> sets.create(set))
              .isInstanceOfSatisfying(
                  IpsetException.class, e -> assertThat(e.is(Errno.EEXIST)).isTrue())
              .hasMessage("creation of set KUBE-A (hash:ip family inet): EEXIST");
          assertThatThrownBy(() -> sets.destroy("KUBE-A"))
              .isInstanceOfSatisfying(
                  IpsetException.class, e -> assertThat(e.is(IpsetError.BUSY)).isTrue())
              .hasMessage("removal of set KUBE-A: IPSET_ERR_BUSY");
          assertThatThrownBy(
                  () -> sets.elements(new SetDefinition("B", SetType.HASH_IP, IpFamily.IPV4, true)))
              .hasMessage("elements of set B: ENOENT");
          assertThatThrownBy(
                  () -> sets.add(set, unmarked(elements(SetType.HASH_IP, IpFamily.IPV4))))
              .hasMessageMatching("addition of .* to set KUBE-A: IPSET_ERR_HASH_FULL");
        });
  }

  @Test
  void manyElementsAreAddedReadAndRemovedAtOnce() throws IOException {
    SetDefinition set = new SetDefinition("MANY", SetType.HASH_IP_PORT, IpFamily.IPV4, true);
    Map<Element, Integer> many = new HashMap<>();
    IntStream.range(1, 10_001)
        .forEach(
            i ->
                many.put(
                    new OfSocket(
                        new IpAddress(IpFamily.IPV4, 0, 0x0a600000L + i), Protocol.TCP, 80),
                    i));
    node.<IOException>run(
        () -> {
          assertThat(sets.available()).isTrue();
          sets.create(set);
          long start = System.nanoTime();
          sets.add(set, many);
          long added = System.nanoTime();
          assertThat(sets.elements(set)).isEqualTo(many);
          long read = System.nanoTime();
          sets.remove(set, many.keySet());
          long removed = System.nanoTime();
          assertThat(sets.elements(set)).isEmpty();
          LOG.info(
              "elements={} add_us={} read_us={} remove_us={}",
              many.size(),
              (added - start) / 1000,
              (read - added) / 1000,
              (removed - read) / 1000);
        });
  }
}
