package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.ipvs.IpvsCompiler.Compilation;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program does not depend on the way that led to it. */
class IncrementalCompilationTest {
  private static final int SERVICES = 40;
  private static final int STEPS = 120;

  /** A cluster as it changes, with its node; all of it follows from the seed. */
  private static final class Life {
    private final Random random;
    private final Site site = Site.narrow();
    private final RandomCluster edits;
    private final RandomConfig configs;
    private final Map<ObjectKey, ClusterObject> objects = new LinkedHashMap<>();
    private Map<ServiceName, List<VirtualServer>> servers = new HashMap<>();
    private NodeFacts node;

    Life(long seed) {
      random = new Random(seed);
      edits = new RandomCluster(random, site);
      configs = new RandomConfig(random, site);
      edits.of(SERVICES).forEach(object -> objects.put(object.key(), object));
      servers = forwarding();
      node = nextNode();
    }

    private Map<ServiceName, List<VirtualServer>> forwarding() {
      ClusterImage image = TestClusters.of(new ArrayList<>(objects.values()));
      return new ForwardingTable(Site.HERE).virtualServers(image, image.services());
    }

    /** Now and then the flags are others, or an interface has another address. */
    private NodeFacts nextNode() {
      Set<IpAddress> addresses = new HashSet<>(site.addressesHere());
      List<String> others =
          List.of("127.0.0.1", "::1", "fe80::1", "10.244.1.1", "198.51.0.4", "2001:db8:0:33::5");
      for (String other : others) {
        if (random.nextBoolean()) {
          addresses.add(IpAddress.parse(other));
        }
      }
      return new NodeFacts(configs.next().on(site.here()), addresses);
    }

    /** What the step changes, and some that it doesn't. */
    Map<ServiceName, List<VirtualServer>> step() {
      RandomCluster.Edit edit = edits.edit(SERVICES);
      edit.object()
          .ifPresentOrElse(
              object -> objects.put(edit.key(), object), () -> objects.remove(edit.key()));
      if (random.nextInt(10) == 0) {
        node = nextNode();
      }
      Map<ServiceName, List<VirtualServer>> before = servers;
      servers = forwarding();
      Map<ServiceName, List<VirtualServer>> changed = new HashMap<>();
      before.keySet().forEach(name -> changed.put(name, servers.getOrDefault(name, List.of())));
      changed.putAll(servers);
      changed
          .entrySet()
          .removeIf(
              service ->
                  service.getValue().equals(before.get(service.getKey()))
                      && random.nextInt(20) > 0);
      return changed;
    }
  }

  @ParameterizedTest
  @CsvSource({"31, IPV4", "32, IPV4", "33, IPV6", "34, IPV6"})
  void editsInAnyBatchesLeadToTheProgramOfAFreshCompilation(long seed, IpFamily family) {
    Life life = new Life(seed);
    Random batches = new Random(seed);
    IpvsCompiler compiler = new IpvsCompiler(family, IpvsOptions.DEFAULTS);
    Compilation each = compiler.update(compiler.start(life.node), life.node, life.servers);
    Compilation batched = each;
    Map<ServiceName, List<VirtualServer>> batch = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      String where = "seed %d step %d".formatted(seed, step);
      Map<ServiceName, List<VirtualServer>> change = life.step();
      batch.putAll(change);
      Compilation next = compiler.update(each, life.node, change);

      Program<IpvsKey, IpvsObject> fresh = fresh(compiler, life);
      assertThat(next.program()).as(where).isEqualTo(fresh);
      assertThat(next.program().digest()).as(where).isEqualTo(fresh.digest());
      assertNamed(where, each, next);
      if (batches.nextInt(4) == 0) {
        Compilation together = compiler.update(batched, life.node, batch);
        assertThat(together.program()).as(where).isEqualTo(fresh);
        assertNamed(where, batched, together);
        batched = together;
        batch.clear();
      }
      each = next;
    }
  }

  @ParameterizedTest
  @CsvSource({"41, IPV4", "42, IPV6"})
  void whenAllServicesHaveGoneOnlyTheSetsAreLeft(long seed, IpFamily family) {
    Life life = new Life(seed);
    IpvsCompiler compiler = new IpvsCompiler(family, IpvsOptions.DEFAULTS);
    Compilation start = compiler.start(life.node);
    Compilation full = compiler.update(start, life.node, life.servers);
    Map<ServiceName, List<VirtualServer>> none = new HashMap<>();
    life.servers.keySet().forEach(name -> none.put(name, List.of()));

    Compilation empty = compiler.update(full, life.node, none);

    assertThat(full.program().size()).isGreaterThan(start.program().size());
    assertThat(empty.program()).isEqualTo(start.program());
    assertThat(empty.claims().places()).isEmpty();
    assertThat(empty.services()).isEmpty();
    assertThat(empty.marks()).isEmpty();
  }

  private static Program<IpvsKey, IpvsObject> fresh(IpvsCompiler compiler, Life life) {
    return compiler.update(compiler.start(life.node), life.node, life.servers).program();
  }

  private static void assertNamed(String where, Compilation before, Compilation after) {
    assertThat(ProgramDiff.between(before.program(), after.program()))
        .as("%s: what changed was named", where)
        .isEqualTo(ProgramDiff.between(before.program(), after.program(), after.changed()));
  }
}
