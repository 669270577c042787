package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * That whatever stands on the log, only rules of a known form reach the kernel, which takes them.
 */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class HostileEventsTest {
  private static final long SEED = Long.getLong("hostile.seed", 20_261_124);
  private static final int RECORDS = 4_000;
  private static final int FOR_THE_KERNEL = 400;

  /**
   * One word, or one comment in quotes, after the other: nothing that could end a line or a word.
   */
  private static final Pattern RULE =
      Pattern.compile(
          "-A [A-Z][A-Za-z0-9.-]+( (!|--?[a-zA-Z-]+|[\\[\\]A-Za-z0-9_.:/,+-]+"
              + "|\"[A-Za-z0-9 \\[\\]_.:;,/>-]{0,255}\"))+");

  private NetworkNamespace namespace;

  @BeforeAll
  void build() {
    namespace = NetworkNamespace.create("hostile");
  }

  @AfterAll
  void remove() {
    namespace.close();
  }

  @EveryFlavour
  void onlyParsedValuesReachTheKernelWhichTakesThemAll(Flavour flavour) throws IOException {
    Random random = new Random(SEED);
    List<ClusterObject> seeds =
        Cluster.random(new RandomCluster(random), 20)
            .with(Cluster.of("load-balancers.yaml").objects())
            .objects();
    HostileEvents hostile = new HostileEvents(random);
    EventCodec codec = new EventCodec();
    List<ClusterObject> accepted = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < RECORDS; i++) {
      try {
        ObjectState entry =
            (ObjectState)
                codec.decodeState(hostile.record(seeds.get(random.nextInt(seeds.size()))));
        accepted.add(entry.object().orElseThrow());
      } catch (UndecodableRecordException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isBetween(RECORDS / 10, RECORDS * 9 / 10);

    Cluster cluster = Cluster.EMPTY.with(seeds);
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      for (int from = 0; from < accepted.size(); from += FOR_THE_KERNEL) {
        int to = Math.min(accepted.size(), from + FOR_THE_KERNEL);
        cluster = cluster.with(accepted.subList(from, to));
        node.program(cluster);

        assertThat(node.backend().refusals()).as("seed %d", SEED).isEmpty();
        assertForm(node.installation().compiled(cluster));
        assertThat(node.installation().read())
            .as("seed %d", SEED)
            .isEqualTo(node.installation().compiled(cluster));
      }
    }
  }

  /** Rules are texts; whatever else back ends hold are typed values, sent as bytes. */
  private static void assertForm(Map<Object, Object> objects) {
    objects.forEach(
        (key, object) -> {
          if (key instanceof IptablesKey rules && object instanceof String lines) {
            assertThat(lines.lines())
                .allSatisfy(
                    line -> assertThat(line).startsWith("-A " + rules.chain() + " ").matches(RULE));
          }
        });
  }

  @EveryFlavour
  void hugeServicesAreProgrammed(Flavour flavour) throws IOException {
    Cluster cluster =
        Cluster.EMPTY
            .with(service("wide", "10.96.200.1", "fd00:10:96::c801", 250))
            .with(slice("wide", flavour.family(), 4, 250))
            .with(service("long", "10.96.200.2", "fd00:10:96::c802", 1))
            .with(slice("long", flavour.family(), 1000, 1));
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.program(cluster);

      assertThat(node.backend().refusals()).isEmpty();
      assertThat(node.installation().read()).isEqualTo(node.installation().compiled(cluster));
      assertThat(
              node.installation()
                  .listing()
                  .lines()
                  .filter(line -> line.contains("--to-destination") || line.startsWith("-a ")))
          .hasSize(250 * 4 + 1000);
    }
  }

  private static Service service(String name, String ipv4, String ipv6, int ports) {
    return new Service(
        new ServiceName("huge", name),
        Service.Type.CLUSTER_IP,
        List.of(IpAddress.parse(ipv4), IpAddress.parse(ipv6)),
        IntStream.range(0, ports)
            .mapToObj(i -> new ServicePort("p" + i, Protocol.TCP, 1000 + i, 0))
            .toList(),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        "");
  }

  private static EndpointSlice slice(String service, IpFamily family, int endpoints, int ports) {
    String range = family == IpFamily.IPV4 ? "10.200.%d.%d" : "fd00:10:200::%x:%x";
    return new EndpointSlice(
        "huge",
        service + "-1",
        Optional.of(new ServiceName("huge", service)),
        family,
        IntStream.range(0, endpoints)
            .mapToObj(i -> IpAddress.parse(range.formatted(i / 250, 1 + i % 250)))
            .map(ip -> new Endpoint(ip, true, true, false, "", List.of(), List.of()))
            .toList(),
        IntStream.range(0, ports)
            .mapToObj(i -> new EndpointPort("p" + i, Protocol.TCP, 8000 + i))
            .toList(),
        false,
        "");
  }
}
