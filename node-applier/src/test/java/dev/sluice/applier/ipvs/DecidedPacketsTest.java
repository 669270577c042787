package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.RandomPackets;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.Evaluator;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets go where it was decided that they go, but for what IPVS can't do. */
class DecidedPacketsTest {
  private static final int CLUSTERS = 60;
  private static final int PACKETS = 150;

  /** A random cluster with a node of it; all of it follows from the seed. */
  private static final class Scene {
    private final IpFamily family;
    private final Set<IpAddress> own;
    private final NodePolicy policy;
    private final Map<ServiceName, List<VirtualServer>> servers;
    private final Evaluator.Prepared decided;
    private final RandomPackets packets;
    private final PacketModel model;

    Scene(long seed, IpFamily family) {
      this.family = family;
      Random random = new Random(seed);
      Site site = Site.narrow();
      List<ClusterObject> cluster = new RandomCluster(random, site).of(14);
      own = new HashSet<>(site.addressesHere());
      own.add(IpAddress.parse("10.244.1.1"));
      own.add(IpAddress.parse("fd00:10:244:1::1"));
      policy = new RandomConfig(random, site).next().on(site.here());
      ClusterImage image = TestClusters.of(cluster);
      servers = new ForwardingTable(Site.HERE).virtualServers(image, image.services());
      decided = new Evaluator(Site.HERE, policy, own).over(image);
      packets = new RandomPackets(random, site, own, cluster);
      NodeFacts node = new NodeFacts(policy, own);
      model =
          new PacketModel(
              IpvsPlan.of(family, IpvsOptions.DEFAULTS, node, servers).program(), policy, own);
    }

    Packet next() {
      return packets.next(family);
    }

    Outcome decided(Packet packet) {
      return decided.explain(packet).outcome();
    }

    /** Where several Services have one address and port, the first alone counts here. */
    boolean contested(Packet packet) {
      return frontEnds(packet) > 1;
    }

    private long frontEnds(Packet packet) {
      return servers.values().stream()
          .flatMap(List::stream)
          .filter(server -> server.family() == family)
          .filter(server -> server.name().protocol() == packet.protocol())
          .filter(server -> server.frontEnd().port() == packet.port())
          .filter(
              server ->
                  switch (server.frontEnd()) {
                    case FrontEnd.Addressed front -> front.address().equals(packet.destination());
                    case FrontEnd.OnNode _ -> own.contains(packet.destination());
                  })
          .distinct()
          .count();
    }

    /** What was decided, as far as IPVS can tell. */
    Outcome expected(Packet packet) {
      Outcome outcome = decided(packet);
      boolean unserved = outcome instanceof Outcome.Untouched && frontEnds(packet) == 0;
      // an address of a Service must not lead to what else listens on the node
      return unserved && model.isVip(packet.destination()) ? new Outcome.Refused() : outcome;
    }
  }

  /**
   * Without what makes no difference, or is another mode's: what is delivered to the node itself
   * does not leave, so nothing masquerades it; and what the node sends always is masqueraded where
   * its address is that of a Service, or is taken for a pod's. An endpoint that reaches itself is
   * told by its address and port here and by its address alone there: goldens show it.
   */
  private static Outcome comparable(Scene scene, Packet packet, Outcome outcome) {
    boolean sentHere = packet.inInterface().isEmpty();
    boolean anyhow =
        scene.model.isVip(packet.source()) || (sentHere && scene.policy.pods().sent(packet));
    return outcome instanceof Outcome.Forwarded(List<Target> targets)
        ? new Outcome.Forwarded(
            targets.stream()
                .map(
                    to ->
                        new Target(
                            to.address(),
                            to.port(),
                            to.masqueraded()
                                && !anyhow
                                && !to.address().equals(packet.source())
                                && !scene.own.contains(to.address())))
                .toList())
        : outcome;
  }

  /** A node port on 127.0.0.1 is beyond IPVS; and nobody else has an address of the node's. */
  private static boolean possible(Scene scene, Packet packet) {
    boolean forged =
        packet.inInterface().isPresent()
            && (scene.own.contains(packet.source()) || packet.source().isLoopback());
    return !forged && !packet.destination().isLoopback();
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void packetsGoWhereTheyAreToGo(IpFamily family) {
    int forwarded = 0;
    for (long seed = 0; seed < CLUSTERS; seed++) {
      Scene scene = new Scene(seed, family);
      for (int i = 0; i < PACKETS; i++) {
        Packet packet = scene.next();
        if (!possible(scene, packet) || scene.contested(packet)) {
          continue;
        }
        Outcome actual = scene.model.outcome(packet);
        assertThat(comparable(scene, packet, actual))
            .as("seed %d %s", seed, packet)
            .isEqualTo(comparable(scene, packet, scene.expected(packet)));
        if (actual instanceof Outcome.Forwarded) {
          forwarded++;
        }
      }
    }
    assertThat(forwarded).isGreaterThan(CLUSTERS * PACKETS / 10);
  }
}
