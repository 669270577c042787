package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.RandomConfig;
import dev.sluice.applier.fixture.RandomPackets;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.Evaluator;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Step;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.program.Program;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A random cluster and a node's flags, with packets, what was decided on each, and the rules that
 * are to do it. All of it follows from the seed and the family.
 */
final class Comparison {
  private static final int SERVICES = 14;

  /** How far chances may be from equal ones; the kernel keeps them in units of 2^-31. */
  private static final double UNFAIR = 1e-6;

  private final long seed;
  private final List<ClusterObject> cluster;
  private final NodeConfig config;
  private final Set<IpAddress> own;
  private final List<Explanation> decided;
  private final Program<IptablesKey, String> program;

  private Comparison(long seed, IpFamily family, int packets) {
    this.seed = seed;
    Random random = new Random(seed);
    Site site = Site.narrow();
    cluster = new RandomCluster(random, site).of(SERVICES);
    config = new RandomConfig(random, site).next();
    own = new HashSet<>(site.addressesHere());
    own.add(IpAddress.parse("10.244.1.1"));
    own.add(IpAddress.parse("fd00:10:244:1::1"));
    NodePolicy policy = config.on(site.here());
    ClusterImage image = TestClusters.of(cluster);
    RandomPackets sent = new RandomPackets(random, site, own, cluster);
    decided =
        Stream.generate(() -> sent.next(family))
            .limit(packets)
            .map(new Evaluator(Site.HERE, policy, own).over(image)::explain)
            .toList();
    IptablesOptions options = new IptablesOptions(random.nextInt(32), random.nextBoolean());
    program =
        IptablesPlan.of(
                family,
                options,
                policy,
                new ForwardingTable(Site.HERE).virtualServers(image, image.services()))
            .program();
  }

  static Comparison of(long seed, IpFamily family, int packets) {
    return new Comparison(seed, family, packets);
  }

  Program<IptablesKey, String> program() {
    return program;
  }

  /** What was decided on each packet. */
  Stream<Outcome> decided() {
    return decided.stream().map(Explanation::outcome);
  }

  /** How rules do something else than what was decided, for the first packet that shows it. */
  Optional<String> mismatch(Program<IptablesKey, String> rules) {
    RuleTracer tracer = new RuleTracer(rules, own);
    return decided.stream().flatMap(one -> mismatch(tracer, one).stream()).findFirst();
  }

  private Optional<String> mismatch(RuleTracer tracer, Explanation decided) {
    Trace trace = tracer.trace(decided.packet());
    Set<Outcome> expected = apart(decided.outcome());
    double share = 1.0 / expected.size();
    boolean same =
        trace.probabilities().keySet().equals(expected)
            && trace.probabilities().values().stream()
                .allMatch(chance -> Math.abs(chance - share) < UNFAIR);
    return same ? Optional.empty() : Optional.of(text(decided, trace));
  }

  /** Each target by itself, as traces have them. */
  private static Set<Outcome> apart(Outcome outcome) {
    return outcome instanceof Outcome.Forwarded(var targets)
        ? targets.stream()
            .map(target -> new Outcome.Forwarded(List.of(target)))
            .collect(Collectors.toSet())
        : Set.of(outcome);
  }

  private String text(Explanation decided, Trace trace) {
    List<String> lines = new ArrayList<>();
    lines.add("-D%s=%d".formatted(RandomRulesTest.SEED_PROPERTY, seed));
    lines.add(config.toString());
    lines.add(decided.packet().toString());
    concerned(decided.packet()).forEach(object -> lines.add("  " + object));
    lines.add("decided: " + decided.outcome());
    add(lines, decided.steps(), Step::text);
    lines.add("the rules: " + trace.probabilities());
    add(lines, trace.steps(), Trace.Step::toString);
    return String.join("\n", lines);
  }

  private static <T> void add(List<String> lines, List<T> items, Function<T, String> text) {
    items.forEach(item -> lines.add("  " + text.apply(item)));
  }

  private Stream<ClusterObject> concerned(Packet packet) {
    Set<Service> services =
        cluster.stream()
            .filter(Service.class::isInstance)
            .map(Service.class::cast)
            .filter(service -> concerns(service, packet))
            .collect(Collectors.toSet());
    return cluster.stream()
        .filter(
            object ->
                services.contains(object)
                    || (object instanceof EndpointSlice slice
                        && slice.addressType() == packet.destination().family()
                        && services.stream()
                            .anyMatch(one -> slice.serviceName().equals(Optional.of(one.name())))));
  }

  private static boolean concerns(Service service, Packet packet) {
    IpAddress destination = packet.destination();
    return service.clusterIps().contains(destination)
        || service.externalIps().contains(destination)
        || service.loadBalancerAddresses().stream().anyMatch(lb -> lb.ip().equals(destination))
        || service.ports().stream().anyMatch(port -> port.nodePort() == packet.port());
  }
}
