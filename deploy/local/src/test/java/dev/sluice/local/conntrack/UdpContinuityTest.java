package dev.sluice.local.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.Execution;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** A client that keeps its source port is not left with an endpoint that is none any more. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_NFT, BackEnd.IPVS})
@Tag("guest")
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class UdpContinuityTest {
  private UdpLab lab;

  @BeforeAll
  void build() {
    lab = new UdpLab();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  private TrackingNode node(boolean cleaning) throws IOException {
    return TrackingNode.start(lab.network().node(), cleaning);
  }

  private TrackingNode node(Front front) throws IOException {
    return TrackingNode.start(lab.network().node(), front.backend(), true);
  }

  private UdpClient client(Front front) throws IOException {
    return UdpClient.open(lab.network().client(), front.target());
  }

  @EveryFlavour
  @Conformance({Row.C1, Row.C7})
  void whoSpokeToTheAddressBeforeThereWasAServiceIsServedOnceThereIs(Front front)
      throws IOException {
    try (TrackingNode node = node(front);
        UdpClient client = client(front)) {
      assertThat(client.ask()).isEqualTo(front.unserved());

      node.apply(Services.served(lab.a()));

      assertThat(client.ask()).isEqualTo("a");
    }
  }

  @EveryFlavour
  @Conformance({Row.C1, Row.C7})
  void whoWasRefusedIsServedOnceThereIsAnEndpoint(Front front) throws IOException {
    try (TrackingNode node = node(front);
        UdpClient client = client(front)) {
      node.apply(Services.served());
      assertThat(client.ask()).isEqualTo(UdpClient.REFUSED);

      node.apply(Services.served(lab.a()));

      assertThat(client.ask()).isEqualTo("a");
    }
  }

  @EveryFlavour
  @Conformance({Row.C4, Row.C7})
  void theNextDatagramGoesToTheNewEndpoint(Front front) throws IOException {
    try (TrackingNode node = node(front);
        UdpClient client = client(front)) {
      node.apply(Services.served(lab.a()));
      assertThat(client.ask()).isEqualTo("a");

      node.apply(Services.served(lab.b()));
      assertThat(client.ask()).isEqualTo("b");

      node.apply(Services.served(lab.a(), lab.b()));
      assertThat(client.ask()).isEqualTo("b"); // its endpoint still is one
    }
  }

  @EveryFlavour
  @Conformance({Row.C2, Row.C7})
  void theNextDatagramIsRefusedWithoutAnEndpoint(Front front) throws IOException {
    try (TrackingNode node = node(front);
        UdpClient client = client(front)) {
      node.apply(Services.served(lab.a()));
      assertThat(client.ask()).isEqualTo("a");

      node.apply(Services.served());

      assertThat(client.ask()).isEqualTo(UdpClient.REFUSED);
    }
  }

  @EveryFlavour
  @Conformance({Row.C3, Row.C7})
  void theNextDatagramReachesNoEndpointOfADeletedService(Front front) throws IOException {
    try (TrackingNode node = node(front);
        UdpClient client = client(front)) {
      node.apply(Services.served(lab.a()));
      assertThat(client.ask()).isEqualTo("a");

      node.apply(Services.NONE);

      assertThat(client.ask()).isEqualTo(front.unserved());
    }
  }

  /** What the cleaner is for: were this to pass with the new endpoint, it would not be needed. */
  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "IPVS itself ends flows to destinations that it has not")
  void withoutACleanerTheNextDatagramIsLost(Front front) throws IOException {
    try (TrackingNode node = node(false);
        UdpClient client = client(front)) {
      node.apply(Services.served(lab.a()));
      assertThat(client.ask()).isEqualTo("a");

      node.apply(Services.served(lab.b()));
      assertThat(client.ask()).isEqualTo("a");
      deafen(front, "-I");
      try {
        assertThat(client.ask()).isEqualTo(UdpClient.TIMED_OUT);
      } finally {
        deafen(front, "-D");
      }
    }
  }

  /** Makes pod a drop what it is asked, or no longer. */
  private void deafen(Front front, String verb) {
    String port = Integer.toString(UdpLab.PORT);
    Execution _ =
        lab.a()
            .namespace()
            .exec(front.tool(), verb, "INPUT", "-p", "udp", "--dport", port, "-j", "DROP")
            .orThrow();
  }

  @Test
  @Conformance(Row.C8)
  void flowsOfOthersAreLeftAlone() throws IOException {
    try (TrackingNode node = node(true)) {
      node.apply(Services.served(lab.a()));
      InetSocketAddress pod = new InetSocketAddress(lab.a().ipv4(), UdpLab.PORT);
      try (UdpClient direct = UdpClient.open(lab.network().client(), pod);
          UdpClient client = client(Front.CLUSTER_IP_V4)) {
        assertThat(direct.ask()).isEqualTo("a");
        assertThat(client.ask()).isEqualTo("a");
        InetSocketAddress service = Front.CLUSTER_IP_V4.target();
        assertThat(
                Probe.of(
                        lab.network().client(),
                        Transport.TCP,
                        service.getAddress(),
                        service.getPort())
                    .distribution(3)
                    .count("a"))
            .isEqualTo(3);
        List<String> tcp = tcpEntries();

        node.apply(Services.served(lab.b()));

        assertThat(node.deleted()).isEqualTo(1);
        assertThat(node.failures()).isZero();
        assertThat(node.flows()).hasSize(1);
        assertThat(tcp).hasSize(3);
        assertThat(tcpEntries()).isEqualTo(tcp);
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.C6)
  void soItIsForAServiceThatWasDeletedWhileNobodyWasThereToSee(Front front) throws IOException {
    try (TrackingNode before = node(front)) {
      before.apply(Services.served(lab.a()));
      try (UdpClient client = client(front);
          TrackingNode after = before.restarted()) {
        assertThat(client.ask()).isEqualTo("a");

        after.apply(Services.NONE);

        // IPVS may have been quicker
        assertThat(after.deleted()).isBetween(front.backend() == BackEnd.IPVS ? 0 : 1, 1);
        assertThat(after.failures()).isZero();
        assertThat(client.ask()).isEqualTo(front.unserved());
      }
    }
  }

  @Test
  @Conformance(Row.C5)
  void aNodePortsNumberAtAnotherAddressIsNoneOfOurs() throws IOException {
    InetSocketAddress elsewhere =
        new InetSocketAddress(lab.a().ipv4(), Front.NODE_PORT_V4.target().getPort());
    try (EchoServer _ =
            EchoServer.start(
                lab.a().namespace(), "other", elsewhere.getAddress(), elsewhere.getPort());
        TrackingNode node = node(true)) {
      node.apply(Services.served(lab.a()));
      try (UdpClient other = UdpClient.open(lab.network().client(), elsewhere);
          UdpClient client = client(Front.NODE_PORT_V4)) {
        assertThat(other.ask()).isEqualTo("other");
        assertThat(client.ask()).isEqualTo("a");

        node.apply(Services.served(lab.b()));

        assertThat(node.deleted()).isEqualTo(1);
        assertThat(node.flows()).hasSize(1);
        assertThat(other.ask()).isEqualTo("other");
        assertThat(client.ask()).isEqualTo("b");
      }
    }
  }

  /** The ids of the TCP connections that the node tracks. */
  private List<String> tcpEntries() {
    String listing =
        lab.network()
            .node()
            .exec("conntrack", "--dump", "--proto", "tcp", "--output", "id")
            .orThrow()
            .out();
    return Pattern.compile("\\bid=(\\d+)")
        .matcher(listing)
        .results()
        .map(r -> r.group(1))
        .sorted()
        .toList();
  }
}
