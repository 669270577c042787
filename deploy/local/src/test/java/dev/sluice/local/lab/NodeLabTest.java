package dev.sluice.local.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class NodeLabTest {
  private static final int PORT = 8080;

  private NodeLab lab;
  private Pod a;
  private Pod b;

  @BeforeAll
  void twoPods() {
    lab = NodeLab.create();
    a = lab.addPod("a");
    b = lab.addPod("b", "10.244.1.20", "10.244.1.21", "fd00:10:244:1::20");
    b.addresses().forEach(address -> EchoServer.start(b, address, PORT));
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource
  void aPodReachesAPodByItsOwnAddress(Transport transport) {
    assertThat(Probe.of(a.namespace(), transport, b.ipv4(), PORT).ask())
        .isInstanceOfSatisfying(ProbeResult.Answer.class, answer -> isFrom(answer, a.ipv4()));
    assertThat(Probe.of(a.namespace(), transport, b.ipv6(), PORT).ask())
        .isInstanceOfSatisfying(ProbeResult.Answer.class, answer -> isFrom(answer, a.ipv6()));
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, 10.244.1.20,       172.20.0.2",
    "TCP, 10.244.1.21,       172.20.0.2",
    "TCP, fd00:10:244:1::20, fd00:172:20::2",
    "UDP, 10.244.1.20,       172.20.0.2",
    "UDP, 10.244.1.21,       172.20.0.2",
    "UDP, fd00:10:244:1::20, fd00:172:20::2",
  })
  void theClientReachesAPodThroughTheNode(Transport transport, String pod, String source) {
    Probe probe = Probe.of(lab.client(), transport, InetAddress.ofLiteral(pod), PORT);

    assertThat(probe.ask())
        .isInstanceOfSatisfying(
            ProbeResult.Answer.class, answer -> isFrom(answer, InetAddress.ofLiteral(source)));
  }

  @ParameterizedTest
  @EnumSource
  void aClosedPortIsRefusedEveryTime(Transport transport) {
    for (InetAddress address : List.of(b.ipv4(), b.ipv6())) {
      assertThat(Probe.of(lab.client(), transport, address, PORT + 1).ask(300))
          .hasSize(300)
          .containsOnly(new ProbeResult.Refused());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServiceAddressThatNobodyForwardsTimesOut(Transport transport) {
    Duration limit = Duration.ofMillis(200);
    for (String address : List.of("10.96.0.10", "fd00:10:96::10")) {
      Probe probe = Probe.of(lab.node(), transport, InetAddress.ofLiteral(address), PORT);

      assertThat(probe.withTimeout(limit).ask()).isEqualTo(new ProbeResult.TimedOut());
    }
  }

  @Test
  void anAddressWithoutARouteIsUnreachable() {
    try (NetworkNamespace alone = NetworkNamespace.create("alone")) {
      assertThat(Probe.tcp(alone, "10.96.0.10", PORT).ask())
          .isEqualTo(new ProbeResult.Unreachable("Network is unreachable"));
      assertThat(Probe.udp(alone, "10.96.0.10", PORT).ask())
          .isEqualTo(new ProbeResult.Unreachable("Network is unreachable"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAreCountedByServer(Transport transport) {
    Distribution distribution = Probe.of(lab.node(), transport, b.ipv4(), PORT).distribution(200);

    assertThat(distribution.failures()).isEmpty();
    assertThat(distribution.answers()).containsOnlyKeys("b");
    assertThat(distribution.count("b")).isEqualTo(200);
  }

  @Test
  void aPodReachesItselfThroughARewrittenAddress() {
    Path lock = Path.of(System.getProperty("java.io.tmpdir"), lab.node().name() + ".lock");
    String rules =
        """
        *nat
        -A PREROUTING -d 10.96.0.99/32 -p tcp --dport 80 -j DNAT --to-destination 10.244.1.20:8080
        -A POSTROUTING -s 10.244.1.20/32 -d 10.244.1.20/32 -j MASQUERADE
        COMMIT
        """;
    lab.node()
        .exec(
            "sh",
            "-c",
            "printf '%s' \"$1\" | XTABLES_LOCKFILE=\"$2\" iptables-restore; rm -f \"$2\"",
            "sh",
            rules,
            lock.toString())
        .orThrow();

    assertThat(Probe.tcp(b.namespace(), "10.96.0.99", 80).ask())
        .isInstanceOfSatisfying(
            ProbeResult.Answer.class,
            answer -> isFrom(answer, InetAddress.ofLiteral(NodeLab.POD_GATEWAY_V4)));
  }

  @Test
  void theControlNamespaceIsReachableFromTheNode() {
    NetworkNamespace control = lab.addControl();
    InetAddress address = InetAddress.ofLiteral(NodeLab.CONTROL_V4);
    try (EchoServer _ = EchoServer.start(control, "broker", address, 9092)) {
      assertThat(Probe.tcp(lab.node(), NodeLab.CONTROL_V4, 9092).ask())
          .isInstanceOf(ProbeResult.Answer.class);
    }
  }

  @Test
  void closeLeavesNothingAndMayBeCalledTwice() throws Exception {
    NodeLab other = NodeLab.create();
    List<NetworkNamespace> namespaces =
        List.of(other.node(), other.client(), other.addPod("x").namespace(), other.addControl());

    other.close();
    other.close();

    assertThat(namespaces).allSatisfy(namespace -> assertThat(namespace.file()).doesNotExist());
  }

  @Test
  void aFailureHalfWayLeavesNothing() throws Exception {
    long before = namespacesOfThisProcess();
    try (NodeLab other = NodeLab.create()) {
      assertThatThrownBy(() -> other.addPod("x", "10.244.1.2", "10.244.1.2"))
          .isInstanceOf(LabException.class);
    }

    assertThat(namespacesOfThisProcess()).isEqualTo(before);
  }

  private static long namespacesOfThisProcess() throws Exception {
    String own = "-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(Path.of("/run/netns"))) {
      return files.filter(file -> file.getFileName().toString().contains(own)).count();
    }
  }

  private static void isFrom(ProbeResult.Answer answer, InetAddress source) {
    assertThat(answer.server()).isEqualTo("b");
    assertThat(answer.seenSource()).isEqualTo(source);
  }
}
