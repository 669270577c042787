package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;

/**
 * More clients than the {@code recent} match remembers, which is {@code ip_list_tot} of the module
 * xt_recent an endpoint: the ones that came first are forgotten, and nobody is turned away.
 */
@PacketTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AffinityLimitTest {
  private static final Path LIMIT = Path.of("/sys/module/xt_recent/parameters/ip_list_tot");
  private static final int CLIENTS = 254;

  private final PacketLab lab;

  AffinityLimitTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.F9)
  void theNewestClientsAreRememberedAndTheOthersServedAllTheSame(Flavour flavour)
      throws IOException {
    Cluster sticky = Cluster.of("sticky.yaml");
    Cluster cluster = sticky.withoutEndpoint(flavour.address(lab.c()));
    InetSocketAddress target = FrontEnds.of(cluster, "sticky", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      int limit = Integer.parseInt(Files.readString(LIMIT).strip());
      // more than the lists of both endpoints hold, so that clients are forgotten for sure
      assumeTrue(limit < CLIENTS / 2, "ip_list_tot is " + limit);
      List<String> first = servers(flavour, target, 1, CLIENTS);
      assertThat(first).containsOnly("a", "b");
      assertThat(remembered()).isNotEmpty().allMatch(clients -> clients <= limit).contains(limit);

      List<String> newest = servers(flavour, target, CLIENTS - limit + 1, CLIENTS);
      assertThat(newest).isEqualTo(first.subList(CLIENTS - limit, CLIENTS));

      List<String> forgotten = servers(flavour, target, 1, CLIENTS - limit);
      assertThat(forgotten).hasSize(CLIENTS - limit).containsOnly("a", "b");
    }
  }

  /** Which server each of these clients gets. */
  private List<String> servers(Flavour flavour, InetSocketAddress target, int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(number -> lab.otherClient(flavour, number).server(TCP, target))
        .toList();
  }

  /** How many clients the lists of the node have. */
  private List<Integer> remembered() throws IOException {
    return lab.network()
        .node()
        .<List<Integer>, IOException>call(
            () -> {
              try (Stream<Path> lists = Files.list(Path.of("/proc/thread-self/net/xt_recent"))) {
                return lists.map(AffinityLimitTest::lines).toList();
              }
            });
  }

  private static int lines(Path list) {
    try (Stream<String> lines = Files.lines(list)) {
      return (int) lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
