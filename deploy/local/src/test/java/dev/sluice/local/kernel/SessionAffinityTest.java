package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;

/** That a client comes back to the endpoint that it had. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SessionAffinityTest {
  private static final int CLIENTS = 60;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final PacketLab lab;

  SessionAffinityTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "IPVS remembers a client at each address and port by itself")
  @Conformance(Row.F9)
  void aClientStaysWithOneEndpointThroughEveryFrontEnd(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    FrontEnds sticky = FrontEnds.of(cluster, "sticky", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
        for (Transport transport : Transport.values()) {
          String first = asker.server(transport, sticky.clusterIp());

          assertThat(first).isIn("a", "b", "c");
          for (InetSocketAddress target : everyFrontEnd(sticky)) {
            Distribution answers = asker.distribution(20, transport, target);
            assertThat(answers.failures()).isEmpty();
            assertThat(answers.answers()).containsOnlyKeys(first);
          }
        }
      }
    }
  }

  private static List<InetSocketAddress> everyFrontEnd(FrontEnds sticky) {
    return Stream.concat(Stream.of(sticky.clusterIp()), sticky.external().stream()).toList();
  }

  @EveryFlavour
  @Conformance(Row.F9)
  void eachClientIsRememberedByItself(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "sticky", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      List<String> first = ofEachClient(flavour, target);

      assertThat(first).contains("a", "b", "c").containsOnly("a", "b", "c");
      assertThat(ofEachClient(flavour, target)).isEqualTo(first);
    }
  }

  /** Which server each of many clients gets. */
  private List<String> ofEachClient(Flavour flavour, InetSocketAddress target) {
    return IntStream.rangeClosed(1, CLIENTS)
        .mapToObj(number -> lab.otherClient(flavour, number).server(TCP, target))
        .toList();
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "IPVS remembers a client at each address and port by itself")
  @Conformance(Row.F9)
  void whoeverIsRememberedElsewhereStillGetsAnEndpointOfThisNodeFromOutside(Flavour flavour)
      throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    FrontEnds both = FrontEnds.of(cluster, "sticky-local", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      List<String> inside = ofEachClient(flavour, both.clusterIp());
      List<String> outside = ofEachClient(flavour, both.loadBalancerIp());

      assertThat(inside).contains("a", "b", "c");
      for (int client = 0; client < CLIENTS; client++) {
        String known = inside.get(client);
        assertThat(outside.get(client))
            .isIn(known.equals("c") ? List.of("a", "b") : List.of(known));
      }
      assertThat(ofEachClient(flavour, both.nodePort())).isEqualTo(outside);
    }
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason =
          "the timeout begins when IPVS forgets its last connection, two minutes after that was closed")
  @Conformance(Row.F9)
  void aClientIsForgottenOnceItHasNotConnectedForTheTimeout(Flavour flavour)
      throws IOException, InterruptedException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "brief", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      Set<String> seen = new HashSet<>();
      // a chance of 3^-15 to get the same each time
      for (int attempt = 0; attempt < 15 && seen.size() < 2; attempt++) {
        seen.add(lab.client().server(TCP, target));
        Thread.sleep(TIMEOUT.plusMillis(200));
      }

      assertThat(seen).hasSize(2).isSubsetOf("a", "b", "c");
    }
  }

  @EveryFlavour
  @Conformance(Row.F9)
  void everyConnectionRenewsTheTimeout(Flavour flavour) throws IOException, InterruptedException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "brief", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      String known = lab.client().server(TCP, target);
      long asked = System.nanoTime();
      for (int step = 0; step < 8; step++) {
        Thread.sleep(TIMEOUT.dividedBy(4));

        String server = lab.client().server(TCP, target);

        long now = System.nanoTime();
        if (now - asked < TIMEOUT.toNanos()) { // a busy machine may have slept for longer
          assertThat(server).isEqualTo(known);
        }
        known = server;
        asked = now;
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F9)
  void whenItsEndpointGoesAClientGetsAnotherAndStaysWithThat(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "sticky", flavour).clusterIp();
    for (Transport transport : Transport.values()) {
      try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
        String first = lab.client().server(transport, target);

        node.update(cluster.withoutEndpoint(flavour.address(lab.pod(first))));

        String second = lab.client().server(transport, target);
        assertThat(second).isIn("a", "b", "c").isNotEqualTo(first);
        Distribution answers = lab.client().distribution(20, transport, target);
        assertThat(answers.failures()).isEmpty();
        assertThat(answers.answers()).containsOnlyKeys(second);
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F9)
  void anUpdateThatLeavesItsEndpointLeavesAClientThere(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "sticky", flavour).clusterIp();
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      List<String> before = ofEachClient(flavour, target);

      node.update(cluster.withoutEndpoint(flavour.address(lab.c())));

      List<String> after = ofEachClient(flavour, target);
      for (int client = 0; client < CLIENTS; client++) {
        String known = before.get(client);
        assertThat(after.get(client)).isIn(known.equals("c") ? List.of("a", "b") : List.of(known));
      }
    }
  }

  @EveryFlavour
  @Conformance({Row.F9, Row.M5})
  void aPodThatReachesItselfSeesTheNode(Flavour flavour) throws IOException {
    Cluster cluster = Cluster.of("sticky.yaml");
    InetSocketAddress target = FrontEnds.of(cluster, "sticky-hairpin", flavour).clusterIp();
    Asker pod = lab.pod(lab.a());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Transport transport : Transport.values()) {
        for (int time = 0; time < 3; time++) {
          assertThat(pod.seenSource(transport, target))
              .isEqualTo(flavour.gateway().getHostAddress());
        }
      }
      assertThat(pod.server(UDP, target)).isEqualTo("a");
    }
  }
}
