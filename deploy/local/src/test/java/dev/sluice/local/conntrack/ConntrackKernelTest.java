package dev.sluice.local.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.conntrack.AddressKernel;
import dev.sluice.applier.conntrack.ConntrackMessage;
import dev.sluice.applier.conntrack.Flow;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.NetlinkException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.NetlinkSocket;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.applier.netlink.Payload;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.UdpClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Netlink and connection tracking of a real kernel. */
@KernelTest
@RunsOn(BackEnd.IPTABLES_NFT)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class ConntrackKernelTest {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackKernelTest.class);
  private static final int CLIENTS = 5_000;

  private UdpLab lab;

  @BeforeAll
  void build() {
    lab = new UdpLab();
  }

  @AfterAll
  void remove() {
    lab.close();
  }

  @Test
  void theAddressesAreThoseOfTheNamespaceThatTheSocketWasOpenedIn() throws IOException {
    try (AddressKernel addresses = new AddressKernel()) {
      Set<IpAddress> inside =
          lab.network().node().<Set<IpAddress>, IOException>call(addresses::read);

      assertThat(inside)
          .contains(
              IpAddress.parse(NodeLab.NODE_V4),
              IpAddress.parse(NodeLab.NODE_V6),
              IpAddress.parse("127.0.0.1"),
              IpAddress.parse("::1"))
          .doesNotContain(IpAddress.parse(NodeLab.CLIENT_V4));
      assertThat(addresses.read()).isEqualTo(inside); // on a thread outside
    }
  }

  @Test
  void aRefusalHasItsErrorsName() throws IOException {
    try (NetlinkSocket socket = NetlinkSocket.open(Family.NETFILTER)) {
      NetlinkMessage unknown = NetlinkMessage.request(0x0fff, 0, new Payload().u8(0).u8(0).be16(0));

      assertThatThrownBy(() -> socket.query(unknown, Optional::of))
          .isInstanceOfSatisfying(
              NetlinkException.class, e -> assertThat(e.is(Errno.EINVAL)).isTrue())
          .hasMessageContaining("EINVAL");
      assertThat(socket.send(List.of(unknown, unknown)))
          .extracting(NetlinkSocket.Refusal::index)
          .containsExactly(0, 1);
    }
  }

  @Test
  void anEntryIsDeletedOnceAndOneLikeItIsNot() throws IOException {
    try (TrackingNode node = TrackingNode.start(lab.network().node(), false)) {
      node.apply(Services.served(lab.a()));
      for (Front front : Front.values()) {
        try (UdpClient client = UdpClient.open(lab.network().client(), front.target())) {
          assertThat(client.ask()).isEqualTo("a");
        }
      }
      List<Flow> flows = node.flows();
      assertThat(flows).hasSize(Front.values().length);
      List<Flow> others =
          flows.stream()
              .map(f -> new Flow(f.protocol(), f.original(), f.reply(), f.zone(), f.id() + 1))
              .toList();

      assertThat(node.delete(others)).isZero();
      assertThat(node.flows()).containsExactlyInAnyOrderElementsOf(flows);
      assertThat(node.delete(flows)).isEqualTo(flows.size());
      assertThat(node.delete(flows)).isZero();
      assertThat(node.flows()).isEmpty();
    }
  }

  @Test
  @Conformance(Row.C8)
  void theKernelListsOneProtocolOnly() throws IOException {
    try (TrackingNode node = TrackingNode.start(lab.network().node(), false)) {
      node.apply(Services.served(lab.a()));
      int asked = 3;
      String program = "exec 3<>/dev/tcp/10.96.0.10/53; cat <&3";
      for (int i = 0; i < asked; i++) {
        lab.network().client().exec("bash", "-c", program).orThrow();
      }
      List<Flow> listed =
          lab.network()
              .node()
              .<List<Flow>, IOException>call(
                  () -> {
                    try (NetlinkSocket socket = NetlinkSocket.open(Family.NETFILTER)) {
                      return socket.query(
                          ConntrackMessage.dump(IpFamily.IPV4, Protocol.TCP),
                          ConntrackMessage::parse);
                    }
                  });

      assertThat(listed).hasSize(asked);
      assertThat(node.flows()).isEmpty();
    }
  }

  @Test
  @Conformance(Row.C9)
  void manyAreDumpedAndTheStaleOnesDeleted() throws IOException {
    try (TrackingNode node = TrackingNode.start(lab.network().node(), true)) {
      node.apply(Services.served(lab.a(), lab.b()));
      lab.network()
          .client()
          .<IOException>run(
              () -> {
                for (int i = 0; i < CLIENTS; i++) {
                  Front front = i % 2 == 0 ? Front.CLUSTER_IP_V4 : Front.CLUSTER_IP_V6;
                  try (UdpClient client = UdpClient.open(lab.network().client(), front.target())) {
                    client.send();
                  }
                }
              });
      long start = System.nanoTime();
      List<Flow> all = node.flows();
      long dumped = System.nanoTime();
      long toA =
          all.stream()
              .filter(
                  f -> servedBy(f).equals("10.244.1.2") || servedBy(f).equals("fd00:10:244:1::2"))
              .count();
      assertThat(all).hasSizeGreaterThan(CLIENTS * 9 / 10); // a few ports come twice

      long before = System.nanoTime();
      node.apply(Services.served(lab.b()));
      long cleaned = System.nanoTime();

      assertThat(node.failures()).isZero();
      assertThat(node.deleted()).isEqualTo((int) toA).isGreaterThan(CLIENTS / 3);
      assertThat(node.flows()).hasSize(all.size() - (int) toA);
      long deleting = System.nanoTime();
      assertThat(node.delete(node.flows())).isEqualTo(all.size() - (int) toA);
      long done = System.nanoTime();
      LOG.info(
          "entries={} dump_us={} apply_us={} deleted={} delete_us={}",
          all.size(),
          (dumped - start) / 1000,
          (cleaned - before) / 1000,
          all.size() - toA,
          (done - deleting) / 1000);
    }
  }

  private static String servedBy(Flow flow) {
    return flow.reply().source().address().toString();
  }

  @Test
  void moreRefusalsThanAReceiveBufferHoldsAreAllRead() throws IOException {
    try (TrackingNode node = TrackingNode.start(lab.network().node(), false)) {
      node.apply(Services.served(lab.a()));
      Flow flow;
      try (UdpClient client =
          UdpClient.open(lab.network().client(), Front.CLUSTER_IP_V4.target())) {
        assertThat(client.ask()).isEqualTo("a");
        flow = node.flows().getFirst();
      }
      List<Flow> absent = new ArrayList<>();
      IntStream.range(0, 20_000)
          .mapToObj(i -> new Flow(17, flow.original(), flow.reply(), 0, i))
          .forEach(absent::add);
      absent.add(flow);

      assertThat(node.delete(absent)).isEqualTo(1);
    }
  }
}
