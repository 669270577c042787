package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.ipset.Element.OfAddress;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipvs.IpvsCompiler.Compilation;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several Services want one address and port: each place has one winner. */
class ClaimsTest {
  private static final IpAddress SHARED = IpAddress.parse("198.51.100.1");
  private static final ServerKey SERVER = new ServerKey.ToAddress(Protocol.TCP, SHARED, 80);
  private static final IpvsKey VIP = new IpvsKey.OfVip(SHARED);
  private static final IpvsKey VIP_IN_SET =
      new IpvsKey.OfElement(IpvsSet.IPVS_IPS, new OfAddress(SHARED));
  private static final IpvsKey REFUSED =
      new IpvsKey.OfElement(IpvsSet.REJECT, new OfSocket(SHARED, Protocol.TCP, 80));
  private static final IpvsKey DROPPED =
      new IpvsKey.OfElement(IpvsSet.DROP, new OfSocket(SHARED, Protocol.TCP, 80));

  private static final Verdict CLOSED = new Verdict.Reject();
  private static final NodeFacts NODE = new NodeFacts(NodePolicy.NOTHING_KNOWN, Set.of());

  private final IpvsCompiler compiler = new IpvsCompiler(IpFamily.IPV4, IpvsOptions.DEFAULTS);
  private Compilation compilation = compiler.start(NODE);

  private static ServiceName service(String name) {
    return new ServiceName("claims", name);
  }

  private static Verdict to(int host) {
    return new Balance(List.of(new Destination(IpAddress.parse("10.244.1." + host), 8080, false)));
  }

  private static VirtualServer external(
      String service, FrontEnd frontEnd, Verdict verdict, Optional<Verdict> inside) {
    return new VirtualServer(
        new ServicePortName(service(service), "", Protocol.TCP),
        IpFamily.IPV4,
        frontEnd,
        verdict,
        inside,
        inside.isPresent(),
        List.of(),
        Optional.empty());
  }

  private void put(String service, Verdict... verdicts) {
    List<VirtualServer> servers = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      servers.add(
          external(service, new FrontEnd.ExternalIp(SHARED, 80), verdict, Optional.empty()));
    }
    put(service, servers);
  }

  private void put(String service, List<VirtualServer> servers) {
    compilation = compiler.update(compilation, NODE, Map.of(service(service), servers));
  }

  private void remove(String service) {
    put(service, List.of());
  }

  private Optional<IpvsObject> at(IpvsKey key) {
    return compilation.program().get(key);
  }

  /** The host number of the one destination that the shared address leads to. */
  private Optional<String> winner() {
    return at(new IpvsKey.OfServer(SERVER))
        .map(server -> ((IpvsObject.Server) server).destinations().toString());
  }

  @Test
  void theFirstByNameWinsWhoeverCameFirst() {
    put("b", to(2));
    put("a", to(1));
    put("c", to(3));

    assertThat(winner()).hasValue("[10.244.1.1:8080]");
  }

  @Test
  void aWinnerThatGoesLetsTheNextIn() {
    put("a", to(1));
    put("b", to(2));
    remove("a");

    assertThat(winner()).hasValue("[10.244.1.2:8080]");
    assertThat(compilation.changed()).contains(new IpvsKey.OfServer(SERVER));
  }

  @Test
  void aLoserThatGoesChangesNothing() {
    put("a", to(1));
    Compilation before = compilation;
    put("b", to(2));
    remove("b");

    assertThat(compilation.program()).isEqualTo(before.program());
  }

  @Test
  void whoServesComesBeforeWhoOnlyRefuses() {
    put("a", CLOSED);
    assertThat(at(REFUSED)).isPresent();

    put("b", to(2));
    assertThat(winner()).hasValue("[10.244.1.2:8080]");
    assertThat(at(REFUSED)).isEmpty();

    put("b", CLOSED);
    assertThat(winner()).isEmpty();
    assertThat(at(REFUSED)).isPresent();
  }

  @Test
  void whoServesThoseInsideComesBeforeWhoRefuses() {
    put("a", CLOSED);
    put(
        "b",
        List.of(
            external(
                "b", new FrontEnd.ExternalIp(SHARED, 80), new Verdict.Drop(), Optional.of(to(2)))));

    assertThat(at(REFUSED)).isEmpty();
    assertThat(at(DROPPED)).isPresent();
    assertThat(
            at(
                new IpvsKey.OfElement(
                    IpvsSet.SHORT_CIRCUIT, new OfSocket(SHARED, Protocol.TCP, 80))))
        .isPresent();
  }

  @Test
  void aServiceThatNamesAnAddressTwiceHasItOnce() {
    put("a", to(1), to(1));
    assertThat(winner()).hasValue("[10.244.1.1:8080]");

    put("a", to(1));
    assertThat(winner()).hasValue("[10.244.1.1:8080]");

    remove("a");
    assertThat(compilation.claims().places()).isEmpty();
  }

  @Test
  void anAddressStaysWhileAnybodyHasIt() {
    put("a", CLOSED);
    put("b", to(2));
    put(
        "c",
        List.of(external("c", new FrontEnd.LoadBalancerIp(SHARED, 443), to(3), Optional.empty())));

    for (String service : List.of("b", "a")) {
      remove(service);
      assertThat(at(VIP)).as("without %s", service).isPresent();
      assertThat(at(VIP_IN_SET)).isPresent();
    }
    remove("c");
    assertThat(at(VIP)).isEmpty();
    assertThat(at(VIP_IN_SET)).isEmpty();
    assertThat(compilation.changed()).contains(VIP, VIP_IN_SET);
  }

  @Test
  void anAddressThatAnotherInterfaceGetsLeavesTheDeviceAndComesBack() {
    put("a", to(1));
    NodeFacts other = new NodeFacts(NodePolicy.NOTHING_KNOWN, Set.of(SHARED));

    Compilation elsewhere = compiler.update(compilation, other, Map.of());
    assertThat(elsewhere.program().get(VIP)).isEmpty();
    assertThat(elsewhere.program().get(VIP_IN_SET)).isEmpty();
    assertThat(elsewhere.program().get(new IpvsKey.OfServer(SERVER))).isPresent();
    assertThat(elsewhere.changed()).contains(VIP, VIP_IN_SET);

    assertThat(compiler.update(elsewhere, NODE, Map.of()).program())
        .isEqualTo(compilation.program());
  }

  @Test
  void whenOneOfTwoWithTheSameMarkGoesTheOtherGetsIt() {
    List<ServicePortName> pair = MarksTest.collision();
    Map<ServicePortName, List<VirtualServer>> servers =
        Map.of(pair.get(0), marked(pair.get(0), 1), pair.get(1), marked(pair.get(1), 2));
    Compilation start = compiler.start(NODE);
    Compilation alone =
        compiler.update(start, NODE, Map.of(pair.get(1).service(), servers.get(pair.get(1))));

    Compilation both =
        compiler.update(alone, NODE, Map.of(pair.get(0).service(), servers.get(pair.get(0))));
    Compilation after = compiler.update(both, NODE, Map.of(pair.get(0).service(), List.of()));

    assertThat(both.marks().get(pair.get(0))).isEqualTo(alone.marks().get(pair.get(1)));
    assertThat(new java.util.HashSet<>(both.marks().values())).hasSize(2);
    assertThat(after.program()).isEqualTo(alone.program());
    Map<ServiceName, List<VirtualServer>> atOnce = new java.util.HashMap<>();
    servers.forEach((name, list) -> atOnce.put(name.service(), list));
    assertThat(compiler.update(start, NODE, atOnce).program()).isEqualTo(both.program());
  }

  private static List<VirtualServer> marked(ServicePortName name, int host) {
    return List.of(
        new VirtualServer(
            name,
            IpFamily.IPV4,
            new FrontEnd.ExternalIp(IpAddress.parse("198.51.100." + host), 80),
            new Verdict.Drop(),
            Optional.of(to(host)),
            true,
            List.of(),
            Optional.empty()));
  }
}
