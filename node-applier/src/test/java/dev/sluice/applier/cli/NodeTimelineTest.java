package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.ProgramTarget.Programmed;
import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlans;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ProxyMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node's program does not depend on the moment at which its timeline begins. */
class NodeTimelineTest {
  private static final int SERVICES = 12;
  private static final int CHANGES = 60;

  private static NodeTimeline timeline(NodeConfig config, ProxyMode mode) {
    Map<IpFamily, PlanSequence> plans = new EnumMap<>(IpFamily.class);
    for (IpFamily family : IpFamily.values()) {
      plans.put(
          family,
          switch (mode) {
            case IPTABLES -> new IptablesPlans(family, IptablesOptions.DEFAULTS, true);
            case IPVS -> new IpvsPlans(family, IpvsOptions.DEFAULTS, true);
          });
    }
    return new NodeTimeline(
        Site.HERE,
        config,
        node -> node.addresses().stream().map(NodeAddress::address).collect(Collectors.toSet()),
        ProgramTarget.shown(plans));
  }

  private static Optional<Change> change(
      Map<ObjectKey, ClusterObject> objects, RandomCluster.Edit edit, long number) {
    Revision revision =
        new Revision(number, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    Optional<ClusterObject> before = Optional.ofNullable(objects.get(edit.key()));
    if (edit.object().isPresent()) {
      objects.put(edit.key(), edit.object().get());
      return Optional.of(new Change.Upserted(revision, before, edit.object().get()));
    }
    objects.remove(edit.key());
    return before.map(object -> new Change.Deleted(revision, object));
  }

  /** The lines of every object, as its changes leave them; of hooks several have one name. */
  private static final class Lines {
    private final Map<String, List<String>> objects = new HashMap<>();

    void take(List<ObjectChange> changes) {
      for (ObjectChange change : changes) {
        List<String> lines = objects.computeIfAbsent(change.object(), _ -> new ArrayList<>());
        change.removed().forEach(line -> assertThat(lines.remove(line)).as(line).isTrue());
        lines.addAll(change.added());
      }
    }

    Map<String, List<String>> sorted() {
      Map<String, List<String>> result = new HashMap<>();
      objects.forEach(
          (object, lines) -> {
            if (!lines.isEmpty()) {
              result.put(object, lines.stream().sorted().toList());
            }
          });
      return result;
    }
  }

  @ParameterizedTest
  @CsvSource({"41, IPTABLES", "42, IPTABLES", "43, IPVS", "44, IPVS"})
  void everyChangeLeadsToTheProgramThatItsImageHas(long seed, ProxyMode mode) throws Exception {
    Random random = new Random(seed);
    Site site = Site.narrow();
    RandomCluster edits = new RandomCluster(random, site);
    NodeConfig config = new RandomConfig(random, site).next();
    Map<ObjectKey, ClusterObject> objects = new HashMap<>();
    edits.of(SERVICES).forEach(object -> objects.put(object.key(), object));
    objects.put(site.here().key(), site.here());
    ClusterImage first = TestClusters.of(List.copyOf(objects.values()));
    NodeTimeline timeline = timeline(config, mode);
    Map<IpFamily, Lines> lines = new EnumMap<>(IpFamily.class);
    take(lines, timeline.jump(first));
    for (int number = 1; number <= CHANGES; number++) {
      Optional<Change> change = change(objects, edits.edit(SERVICES), first.revision() + number);
      if (change.isEmpty()) {
        continue;
      }
      List<Programmed> programmed = timeline.replay(change.get());
      take(lines, programmed);

      Map<IpFamily, Lines> fresh = new EnumMap<>(IpFamily.class);
      List<Programmed> expected = timeline(config, mode).jump(timeline.image());
      take(fresh, expected);
      for (int i = 0; i < expected.size(); i++) {
        String where = "seed " + seed + " change " + number + " " + expected.get(i).family();
        assertThat(programmed.get(i).digest()).as(where).isEqualTo(expected.get(i).digest());
        assertThat(programmed.get(i).plan()).as(where).isEqualTo(expected.get(i).plan());
      }
      fresh.forEach(
          (family, all) ->
              assertThat(lines.getOrDefault(family, new Lines()).sorted()).isEqualTo(all.sorted()));
    }
  }

  private static void take(Map<IpFamily, Lines> lines, List<Programmed> programmed) {
    programmed.forEach(
        one -> lines.computeIfAbsent(one.family(), _ -> new Lines()).take(one.changes()));
  }
}
