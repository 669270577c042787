package dev.sluice.applier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlans;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint of any record, with what the log has after it, leads to the image, the program and
 * the digest that the whole log leads to.
 */
class CheckpointResumeTest {
  private static final int SERVICES = 40;
  private static final int EDITS = 160;
  private static final int CHECKPOINTS = 12;

  private final CheckpointCodec codec = new CheckpointCodec();

  /** A log as a watcher writes it: every transaction ends with a head. */
  private static List<StateEntry> log(Random random, Site site) {
    RandomCluster cluster = new RandomCluster(random, site);
    List<StateEntry> log = new ArrayList<>();
    Set<ObjectKey> there = new HashSet<>();
    long revision = 0;
    for (ClusterObject object : cluster.of(SERVICES)) {
      there.add(object.key());
      log.add(state(++revision, object.key(), Optional.of(object)));
    }
    log.add(head(revision));
    for (int edit = 0; edit < EDITS; edit++) {
      RandomCluster.Edit next = cluster.edit(SERVICES);
      next.object().ifPresent(object -> there.add(object.key()));
      // nobody publishes the deletion of what is not there
      if (next.object().isPresent() || there.remove(next.key())) {
        log.add(state(++revision, next.key(), next.object()));
        if (random.nextInt(3) == 0) {
          log.add(head(revision));
        }
      }
    }
    log.add(head(revision));
    return log;
  }

  private static StateEntry state(long revision, ObjectKey key, Optional<ClusterObject> object) {
    return new ObjectState(
        key,
        new Revision(revision, 1, "random", Checkpoints.NOON, Cause.OBSERVED, "", Optional.empty()),
        object);
  }

  private static StateEntry head(long revision) {
    return new HeadState(new Head("random", 1, revision, true, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(longs = {61, 62, 63})
  void anyCheckpointWithItsTailIsTheWholeLog(long seed) throws Exception {
    Random random = new Random(seed);
    Site site = Site.narrow();
    NodeConfig config = new RandomConfig(random, site).next();
    List<StateEntry> log = log(random, site);
    ClusterImage whole = fold(ClusterImage.EMPTY, log);
    Map<String, String> digests = digests(whole, config, site);
    for (int i = 0; i < CHECKPOINTS; i++) {
      int record = i == 0 ? 0 : i == 1 ? log.size() : random.nextInt(log.size());
      String where = "seed %d record %d".formatted(seed, record);
      Checkpoint written = Checkpoints.of(fold(ClusterImage.EMPTY, log.subList(0, record)), record);

      ClusterImage known = codec.decode(codec.encode(written)).image();
      List<StateEntry> tail = log.subList(record, log.size());

      assertThat(fold(known, tail)).as(where).isEqualTo(whole);
      ClusterImage resumed = fold(known, compacted(tail));
      assertThat(resumed).as(where + ", compacted").isEqualTo(whole);
      assertThat(resumed.servedServices()).as(where).isEqualTo(whole.servedServices());
      assertThat(digests(resumed, config, site)).as(where).isEqualTo(digests);
    }
  }

  private static ClusterImage fold(ClusterImage from, List<StateEntry> entries) {
    ClusterDelta delta = new ClusterDelta(from);
    entries.forEach(delta::replay);
    return delta.apply();
  }

  /** The last record of each key, deletions included. */
  private static List<StateEntry> compacted(List<StateEntry> entries) {
    Set<String> seen = new HashSet<>();
    List<StateEntry> left = new ArrayList<>();
    for (StateEntry entry : entries.reversed()) {
      if (seen.add(entry instanceof ObjectState state ? state.key().toString() : Head.KEY)) {
        left.addFirst(entry);
      }
    }
    return left;
  }

  /** By mode and family. */
  private static Map<String, String> digests(ClusterImage image, NodeConfig config, Site site) {
    Map<String, String> digests = new TreeMap<>();
    Node node = image.node(Site.HERE).orElse(site.here());
    Set<IpAddress> addresses = Set.copyOf(site.addressesHere());
    for (IpFamily family : IpFamily.values()) {
      Map<String, PlanSequence> modes =
          Map.of(
              "iptables", new IptablesPlans(family, IptablesOptions.DEFAULTS, true),
              "ipvs", new IpvsPlans(family, IpvsOptions.DEFAULTS, true));
      modes.forEach(
          (mode, plans) ->
              digests.put(
                  mode + " " + family,
                  plans
                      .next(
                          config.on(node),
                          addresses,
                          new ForwardingTable(Site.HERE).virtualServers(image, image.services()))
                      .plan()
                      .digest()
                      .toString()));
    }
    return digests;
  }
}
