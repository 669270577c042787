package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.RandomPackets;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** That packets fare in the kernel as the evaluator says, in random clusters of the lab's pods. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class RandomTrafficTest {
  private static final List<Integer> SEEDS = List.of(1, 2, 3);
  private static final int SERVICES = 15;

  /** Packets to think of in each cluster, and how many to send at most. */
  private static final int TRIED = 300;

  private static final Map<Class<? extends Outcome>, Integer> EACH =
      Map.of(Forwarded.class, 12, Refused.class, 3, Dropped.class, 3, Untouched.class, 3);

  private static final int AT_A_TIME = 10;

  private PacketLab lab;
  private ExecutorService threads;

  @BeforeAll
  void build() {
    lab = PacketLab.create();
    threads = Executors.newFixedThreadPool(AT_A_TIME);
  }

  @AfterAll
  void remove() {
    threads.shutdownNow();
    lab.close();
  }

  /** Pod c is said to be on another node. */
  private Site site() {
    Node here =
        new Node(
            Cluster.NODE,
            Stream.of(NodeLab.NODE_V4, NodeLab.NODE_V6)
                .map(ip -> new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse(ip)))
                .toList(),
            Site.ZONE,
            Flavour.podCidrs(),
            false,
            false);
    return new Site(
        here, List.of(at(Cluster.NODE, lab.a()), at(Cluster.NODE, lab.b()), at("node-2", lab.c())));
  }

  private static Site.Pod at(String node, Pod pod) {
    return Site.Pod.of(node, pod.ipv4().getHostAddress(), pod.ipv6().getHostAddress());
  }

  @EveryFlavour
  void packetsFareAsTheEvaluatorSays(Flavour flavour) throws Exception {
    Map<Class<? extends Outcome>, Integer> sent = new HashMap<>();
    for (int seed : SEEDS) {
      Random random = new Random(seed);
      Cluster cluster = Cluster.random(new RandomCluster(random, site()), SERVICES);
      NodeConfig config = new RandomConfig(random, site()).next();
      List<Shot> shots = shots(random, flavour, cluster, config);
      try (ProgrammedNode _ = lab.programmed(flavour, cluster, config)) {
        assertThat(surprises(shots)).as("seed %d, %s", seed, config).isEmpty();
      }
      shots.forEach(shot -> sent.merge(shot.outcome().getClass(), 1, Integer::sum));
    }

    // else it would have shown little
    EACH.forEach((outcome, most) -> assertThat(sent.get(outcome)).isGreaterThanOrEqualTo(most));
  }

  private List<String> surprises(List<Shot> shots) throws Exception {
    List<Future<Optional<String>>> results = new ArrayList<>();
    shots.forEach(shot -> results.add(threads.submit(shot::surprise)));
    List<String> surprises = new ArrayList<>();
    for (Future<Optional<String>> result : results) {
      result.get().ifPresent(surprises::add);
    }
    return surprises;
  }

  private List<Shot> shots(Random random, Flavour flavour, Cluster cluster, NodeConfig config) {
    Range range = new Range(lab, flavour, cluster, cluster.policy(config));
    RandomPackets packets = new RandomPackets(random, site(), range.own(), cluster.objects());
    List<Shot> shots = new ArrayList<>();
    Map<Class<? extends Outcome>, Integer> left = new HashMap<>(EACH);
    for (int i = 0; i < TRIED; i++) {
      range
          .shot(random.nextInt(5), packets.aim(flavour.family()))
          .filter(shot -> left.merge(shot.outcome().getClass(), -1, Integer::sum) >= 0)
          .ifPresent(shots::add);
    }
    return shots;
  }
}
