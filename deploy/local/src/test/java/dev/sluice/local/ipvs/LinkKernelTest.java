package dev.sluice.local.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.ipvs.LinkKernel;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.InterfaceAddress;
import dev.sluice.applier.netlink.InterfaceAddress.Scope;
import dev.sluice.applier.netlink.Link;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@IpvsTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class LinkKernelTest {
  private static final String NAME = "kube-ipvs0";
  private static final IpAddress V4 = IpAddress.parse("10.96.0.1");
  private static final IpAddress V6 = IpAddress.parse("fd00:10:96::1");

  private NetworkNamespace node;
  private LinkKernel links;

  @BeforeEach
  void open() {
    node = NetworkNamespace.create("links");
    links = new LinkKernel();
  }

  @AfterEach
  void close() {
    links.close();
    node.close();
  }

  @Test
  void aDummyIsMadeOnceAndRemoved() throws IOException {
    node.<IOException>run(
        () -> {
          assertThat(links.find(NAME)).isEmpty();
          Link made = links.makeDummy(NAME);
          assertThat(made.name()).isEqualTo(NAME);
          assertThat(made.kind()).isEqualTo("dummy");
          assertThat(links.makeDummy(NAME)).isEqualTo(made);
          assertThat(links.find(NAME)).contains(made);
          assertThat(links.links()).extracting(Link::name).contains("lo", NAME);
          assertThat(links.deleteDummy(NAME)).isTrue();
          assertThat(links.deleteDummy(NAME)).isFalse();
          assertThat(links.find(NAME)).isEmpty();
        });
  }

  @Test
  void anInterfaceOfAnotherKindIsLeftAlone() throws IOException {
    node.exec("ip", "link", "add", NAME, "type", "bridge").orThrow();
    node.<IOException>run(
        () -> {
          assertThatThrownBy(() -> links.makeDummy(NAME))
              .hasMessage("interface kube-ipvs0 is of kind \"bridge\" instead of dummy");
          assertThat(links.deleteDummy(NAME)).isFalse();
          assertThat(links.find(NAME)).isPresent();
        });
  }

  @Test
  void itsAddressesAreTheNodesThoughItIsDown() throws IOException {
    node.<IOException>run(
        () -> {
          Link link = links.makeDummy(NAME);
          assertThat(links.add(link, List.of(V4, V6))).isEmpty();
          assertThat(links.add(link, List.of(V4, V6))).isEmpty();
          assertThat(links.addresses(link)).isEqualTo(Set.of(V4, V6));
          assertThat(links.find(NAME).orElseThrow().up()).isFalse();
        });

    assertThat(node.exec("ip", "route", "get", V4.toString()).orThrow().out()).startsWith("local");
    assertThat(node.exec("ip", "-6", "route", "get", V6.toString()).orThrow().out())
        .startsWith("local");
    assertThat(node.exec("ip", "address", "show", NAME).orThrow().out())
        .contains("state DOWN", V4 + "/32", V6 + "/128")
        .doesNotContain("tentative");

    node.<IOException>run(
        () -> {
          Link link = links.makeDummy(NAME);
          assertThat(links.remove(link, List.of(V4, IpAddress.parse("10.96.0.2")))).isEmpty();
          assertThat(links.addresses(link)).isEqualTo(Set.of(V6));
          assertThat(links.remove(link, List.of(V6, V4))).isEmpty();
          assertThat(links.addresses(link)).isEmpty();
        });
  }

  @Test
  void addressesAreToldApartByInterfaceAndScope() throws IOException {
    node.exec("ip", "link", "add", "eth0", "type", "dummy").orThrow();
    node.exec("ip", "address", "add", "192.0.2.1/24", "dev", "eth0").orThrow();
    node.exec("ip", "address", "add", "169.254.1.1/16", "dev", "eth0", "scope", "link").orThrow();
    node.exec("ip", "link", "set", "eth0", "up").orThrow();
    node.<IOException>run(
        () -> {
          Link own = links.makeDummy(NAME);
          assertThat(links.add(own, List.of(V4))).isEmpty();
          Link ethernet = links.find("eth0").orElseThrow();
          Link loopback = links.find("lo").orElseThrow();
          assertThat(ethernet.up()).isTrue();

          List<InterfaceAddress> all = links.addresses();
          assertThat(all)
              .contains(
                  new InterfaceAddress(V4, own.index(), Scope.UNIVERSE),
                  new InterfaceAddress(
                      IpAddress.parse("192.0.2.1"), ethernet.index(), Scope.UNIVERSE),
                  new InterfaceAddress(
                      IpAddress.parse("169.254.1.1"), ethernet.index(), Scope.LINK),
                  new InterfaceAddress(IpAddress.parse("127.0.0.1"), loopback.index(), Scope.HOST),
                  new InterfaceAddress(IpAddress.parse("::1"), loopback.index(), Scope.HOST));
          assertThat(all)
              .filteredOn(found -> found.address().toString().startsWith("fe80:"))
              .isNotEmpty()
              .allMatch(found -> found.scope() == Scope.LINK);
        });
  }

  @Test
  void refusedAddressesAreToldAndStopNoOther() throws IOException {
    node.<IOException>run(
        () -> {
          Link link = links.makeDummy(NAME);
          Link gone = new Link(link.index() + 1000, "gone", "dummy", false);
          assertThat(links.add(gone, List.of(V4, V6)))
              .extracting(LinkKernel.RefusedAddress::address)
              .containsExactly(V4, V6);
          assertThat(links.remove(gone, List.of(V4)))
              .allMatch(refused -> refused.reason().is(Errno.ENODEV));
          IpAddress multicast = IpAddress.parse("ff02::1");
          assertThat(links.add(link, List.of(V4, multicast, V6)))
              .extracting(LinkKernel.RefusedAddress::address)
              .containsExactly(multicast);
          assertThat(links.addresses(link)).isEqualTo(Set.of(V4, V6));
        });
  }

  @Test
  void manyAddressesAreAddedAndRemovedAtOnce() throws IOException {
    Set<IpAddress> many =
        IntStream.range(0, 2_000)
            .mapToObj(i -> new IpAddress(IpFamily.IPV4, 0, 0x0a600001L + i))
            .collect(Collectors.toSet());
    node.<IOException>run(
        () -> {
          Link link = links.makeDummy(NAME);
          assertThat(links.add(link, many)).isEmpty();
          assertThat(links.addresses(link)).isEqualTo(many);
          assertThat(links.remove(link, many)).isEmpty();
          assertThat(links.addresses(link)).isEmpty();
        });
  }
}
