package dev.sluice.local.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.applier.ipvs.FoundDestination;
import dev.sluice.applier.ipvs.IpvsKernel;
import dev.sluice.applier.ipvs.Operation;
import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.applier.ipvs.RealServer;
import dev.sluice.applier.ipvs.Refused;
import dev.sluice.applier.ipvs.ServerKey;
import dev.sluice.applier.ipvs.ServerSettings;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@IpvsTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class VirtualServersTest {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServersTest.class);
  private static final ServerSettings ROUND_ROBIN = new ServerSettings("rr", 0);
  private static final ServerKey WEB = server(Protocol.TCP, "10.96.0.1", 80);
  private static final RealServer POD = pod("10.244.1.2");
  private static final RealServer OTHER = pod("10.244.1.3");

  private NetworkNamespace node;
  private IpvsKernel ipvs;

  @BeforeEach
  void open() {
    node = NetworkNamespace.create("ipvs");
    ipvs = new IpvsKernel();
  }

  @AfterEach
  void close() {
    ipvs.close();
    node.close();
  }

  private static ServerKey server(Protocol protocol, String address, int port) {
    return new ServerKey.ToAddress(protocol, IpAddress.parse(address), port);
  }

  private static RealServer pod(String address) {
    return new RealServer(IpAddress.parse(address), 8080);
  }

  private void accepted(Operation... operations) throws IOException {
    assertThat(node.<List<Refused>, IOException>call(() -> ipvs.send(List.of(operations))))
        .isEmpty();
  }

  private Map<ServerKey, ServerSettings> servers(IpFamily family) throws IOException {
    return node.<Map<ServerKey, ServerSettings>, IOException>call(() -> ipvs.servers(family));
  }

  private List<FoundDestination> destinations(ServerKey server) throws IOException {
    return node.<List<FoundDestination>, IOException>call(() -> ipvs.destinations(server));
  }

  @Test
  void serversOfAllKindsComeBack() throws IOException {
    Map<ServerKey, ServerSettings> v4 =
        Map.of(
            WEB,
            ROUND_ROBIN,
            server(Protocol.UDP, "10.96.0.10", 53),
            new ServerSettings("lc", 600),
            server(Protocol.SCTP, "10.96.0.1", 80),
            new ServerSettings("mh", 0),
            new ServerKey.Marked(IpFamily.IPV4, 0x10001),
            new ServerSettings("sh", 10_800));
    Map<ServerKey, ServerSettings> v6 =
        Map.of(
            server(Protocol.TCP, "fd00:10:96::1", 65_535),
            new ServerSettings("wrr", 1),
            new ServerKey.Marked(IpFamily.IPV6, 0x80000001),
            ROUND_ROBIN);
    List<Operation> operations = new ArrayList<>();
    v4.forEach((key, settings) -> operations.add(new NewServer(key, settings)));
    v6.forEach((key, settings) -> operations.add(new NewServer(key, settings)));

    accepted(operations.toArray(Operation[]::new));

    assertThat(servers(IpFamily.IPV4)).isEqualTo(v4);
    assertThat(servers(IpFamily.IPV6)).isEqualTo(v6);
    assertThat(node.exec("ipvsadm", "-Sn").orThrow().out().lines())
        .contains(
            "-A -t 10.96.0.1:80 -s rr",
            "-A -u 10.96.0.10:53 -s lc -p 600",
            "-A -f 65537 -s sh -p 10800",
            "-A -t [fd00:10:96::1]:65535 -s wrr -p 1");
    assertThat(node.<String, IOException>call(ipvs::version)).startsWith("1.");
  }

  @Test
  void aServerIsSetAnewAndDeleted() throws IOException {
    accepted(new NewServer(WEB, ROUND_ROBIN), new NewDestination(WEB, POD, 1));

    accepted(new SetServer(WEB, new ServerSettings("lc", 60)));
    assertThat(servers(IpFamily.IPV4)).isEqualTo(Map.of(WEB, new ServerSettings("lc", 60)));
    accepted(new SetServer(WEB, ROUND_ROBIN));
    assertThat(servers(IpFamily.IPV4)).isEqualTo(Map.of(WEB, ROUND_ROBIN));
    assertThat(destinations(WEB)).containsExactly(new FoundDestination(POD, 1, 0, 0));

    accepted(new DeleteServer(WEB));
    assertThat(servers(IpFamily.IPV4)).isEmpty();
    assertThat(destinations(WEB)).isEmpty();
  }

  @Test
  void destinationsHaveWeights() throws IOException {
    ServerKey v6 = server(Protocol.UDP, "fd00:10:96::a", 53);
    RealServer v6Pod = pod("fd00:10:244::2");
    accepted(
        new NewServer(WEB, ROUND_ROBIN),
        new NewDestination(WEB, POD, 1),
        new NewDestination(WEB, OTHER, 100),
        new NewServer(v6, ROUND_ROBIN),
        new NewDestination(v6, v6Pod, 1));
    assertThat(destinations(WEB))
        .containsExactlyInAnyOrder(
            new FoundDestination(POD, 1, 0, 0), new FoundDestination(OTHER, 100, 0, 0));
    assertThat(destinations(v6)).containsExactly(new FoundDestination(v6Pod, 1, 0, 0));

    accepted(new SetDestination(WEB, POD, 0), new DeleteDestination(WEB, OTHER));
    assertThat(destinations(WEB)).containsExactly(new FoundDestination(POD, 0, 0, 0));
    assertThat(node.exec("ipvsadm", "-Sn").orThrow().out())
        .contains("-a -t 10.96.0.1:80 -r 10.244.1.2:8080 -m -w 0\n");
  }

  @Test
  void openConnectionsAreCounted() throws IOException {
    ServerKey vip = server(Protocol.TCP, "192.0.2.1", 80);
    RealServer local = new RealServer(IpAddress.parse("192.0.2.2"), 8080);
    node.exec("ip", "address", "add", "192.0.2.1/32", "dev", "lo").orThrow();
    node.exec("ip", "address", "add", "192.0.2.2/32", "dev", "lo").orThrow();
    accepted(new NewServer(vip, ROUND_ROBIN), new NewDestination(vip, local, 1));
    node.<IOException>run(
        () -> {
          InetAddress everywhere = InetAddress.getByName("0.0.0.0");
          try (ServerSocket listening = new ServerSocket(8080, 1, everywhere);
              Socket asking = new Socket("192.0.2.1", 80);
              Socket answering = listening.accept()) {
            assertThat(asking.isConnected() && answering.isConnected()).isTrue();
            assertThat(ipvs.destinations(vip))
                .containsExactly(new FoundDestination(local, 1, 1, 0));
          }
          assertThat(ipvs.destinations(vip)).containsExactly(new FoundDestination(local, 1, 0, 1));
        });
  }

  @Test
  void whatAnotherProgramSetIsSeenAndSetAnew() throws IOException {
    node.exec("ipvsadm", "-A", "-t", "10.96.0.1:80", "-s", "rr", "-p", "60", "-M", "255.255.255.0")
        .orThrow();
    node.exec("ipvsadm", "-a", "-t", "10.96.0.1:80", "-r", "10.244.1.2:80", "-i", "-x", "9")
        .orThrow();
    RealServer tunnelled = new RealServer(IpAddress.parse("10.244.1.2"), 80);
    assertThat(servers(IpFamily.IPV4))
        .isEqualTo(Map.of(WEB, new ServerSettings("rr", 60, 0, false)));
    assertThat(destinations(WEB)).containsExactly(new FoundDestination(tunnelled, 1, 0, 0, false));

    accepted(
        new SetServer(WEB, new ServerSettings("rr", 60)), new SetDestination(WEB, tunnelled, 1));
    assertThat(servers(IpFamily.IPV4)).isEqualTo(Map.of(WEB, new ServerSettings("rr", 60)));
    assertThat(destinations(WEB)).containsExactly(new FoundDestination(tunnelled, 1, 0, 0));
  }

  @Test
  void aRefusalIsTiedToItsOperationAndStopsNoOther() throws IOException {
    ServerKey absent = server(Protocol.TCP, "10.96.0.2", 80);
    ServerKey unknown = server(Protocol.TCP, "10.96.0.3", 80);
    List<Operation> operations =
        List.of(
            new NewServer(WEB, ROUND_ROBIN),
            new NewServer(WEB, ROUND_ROBIN),
            new NewDestination(absent, POD, 1),
            new NewDestination(WEB, POD, 1),
            new NewDestination(WEB, POD, 1),
            new SetDestination(WEB, OTHER, 1),
            new DeleteDestination(WEB, OTHER),
            new SetServer(absent, ROUND_ROBIN),
            new DeleteServer(absent),
            new NewServer(unknown, new ServerSettings("no-such", 0)),
            new SetServer(WEB, new ServerSettings("no-such", 0)),
            new NewDestination(WEB, OTHER, 1));
    List<Refused> refused = node.<List<Refused>, IOException>call(() -> ipvs.send(operations));

    assertThat(refused)
        .extracting(Refused::operation, one -> one.reason().errno())
        .containsExactly(
            tuple(operations.get(1), Errno.EEXIST.number()),
            tuple(operations.get(2), Errno.ESRCH.number()),
            tuple(operations.get(4), Errno.EEXIST.number()),
            tuple(operations.get(5), Errno.ENOENT.number()),
            tuple(operations.get(6), Errno.ENOENT.number()),
            tuple(operations.get(7), Errno.ESRCH.number()),
            tuple(operations.get(8), Errno.ESRCH.number()),
            tuple(operations.get(9), Errno.ENOENT.number()),
            tuple(operations.get(10), Errno.ENOENT.number()));
    assertThat(servers(IpFamily.IPV4)).isEqualTo(Map.of(WEB, ROUND_ROBIN));
    assertThat(destinations(WEB)).hasSize(2);
  }

  @Test
  void eachNamespaceHasItsOwn() throws IOException {
    accepted(new NewServer(WEB, ROUND_ROBIN));
    try (NetworkNamespace other = NetworkNamespace.create("ipvs");
        IpvsKernel there = new IpvsKernel()) {
      assertThat(
              other.<Map<ServerKey, ServerSettings>, IOException>call(
                  () -> there.servers(IpFamily.IPV4)))
          .isEmpty();
    }
  }

  @Test
  void manyAreLoadedAndReadBack() throws IOException {
    int many = Integer.getInteger("ipvs.servers", 200);
    int each = Integer.getInteger("ipvs.destinations", 5);
    List<Operation> operations = new ArrayList<>();
    List<ServerKey> keys = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      ServerKey key = new ServerKey.ToAddress(Protocol.TCP, v4(0x0a600001L + i), 80);
      keys.add(key);
      operations.add(new NewServer(key, ROUND_ROBIN));
      for (int j = 0; j < each; j++) {
        operations.add(
            new NewDestination(
                key, new RealServer(v4(0x0af40001L + (long) i * each + j), 8080), 1));
      }
    }

    long start = System.nanoTime();
    accepted(operations.toArray(Operation[]::new));
    long loaded = System.nanoTime();
    assertThat(servers(IpFamily.IPV4).keySet()).containsExactlyInAnyOrderElementsOf(keys);
    for (int i = 0; i < many; i++) {
      List<NewDestination> wanted =
          operations.subList(i * (each + 1) + 1, (i + 1) * (each + 1)).stream()
              .map(NewDestination.class::cast)
              .toList();
      assertThat(destinations(keys.get(i)))
          .extracting(FoundDestination::server)
          .containsExactlyInAnyOrderElementsOf(
              wanted.stream().map(NewDestination::destination).toList());
    }
    assertThat(node.<List<Refused>, IOException>call(() -> ipvs.send(operations)))
        .hasSize(operations.size());
    LOG.info("servers={} destinations={} load_us={}", many, each, (loaded - start) / 1000);
  }

  private static IpAddress v4(long value) {
    return new IpAddress(IpFamily.IPV4, 0, value);
  }
}
