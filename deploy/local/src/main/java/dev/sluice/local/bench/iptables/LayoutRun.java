package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.Outcome;
import dev.sluice.local.bench.iptables.LayoutResult.Rates;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** Measures one case, on two nodes of its own: one with the Services, and one with none. */
final class LayoutRun {
  private static final int MOST_LOADS = 5;
  private static final Duration ENOUGH_LOADING = Duration.ofSeconds(10);
  private static final int LEAST_CHANGES = 3;
  private static final Duration ENOUGH_CHANGING = Duration.ofSeconds(45);
  private static final int CONNECTS_AT_A_TIME = 25;
  private static final Duration PAUSE = Duration.ofMillis(200);
  // prime, so that changes hit Services all over the list
  private static final long STRIDE = 7919;

  private final LayoutCase what;
  private final Effort effort;
  private final Workload workload;
  private final IpFamily family;

  LayoutRun(LayoutCase what, Effort effort) {
    this.what = what;
    this.effort = effort;
    this.workload = what.workload();
    this.family = workload.family();
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @throws BenchException if the tool refuses the rules, or a Service does not answer
   */
  LayoutResult run() throws IOException {
    RuleSet rules = what.layout().rules(family, workload.servers());
    String script = rules.load();
    try (WorkFolder work = WorkFolder.create("bench");
        BenchLab lab = BenchLab.create();
        BenchLab plain = BenchLab.create()) {
      TimedRestore restore = new TimedRestore(what.variant(), family, work.path());
      return new LayoutResult(
          what, countRules(script), measure(rules, script, restore, lab, plain));
    }
  }

  /** How many rules a script adds. Pure. */
  static int countRules(String script) {
    return Math.toIntExact(
        script.lines().filter(line -> line.startsWith("-A ") || line.startsWith("-I ")).count());
  }

  private Outcome measure(
      RuleSet rules, String script, TimedRestore restore, BenchLab lab, BenchLab plain)
      throws IOException {
    OptionalLong load = restore.run(lab.node(), script, effort.loadLimit());
    if (load.isEmpty()) {
      return new TooSlow(effort.loadLimit());
    }
    Durations loads = loads(load.getAsLong(), script, restore);
    timeOf(restore, plain.node(), what.layout().rules(family, List.of()).load());
    Map<Target, Connector> connectors = connectors(lab, plain);
    connectors.values().forEach(Connector::check);
    Durations changes = changes(rules, restore, lab.node());
    Map<Target, ConnectTimes> connects = connect(connectors);
    List<ApacheBench.Outcome> direct = new ArrayList<>();
    List<ApacheBench.Outcome> service = new ArrayList<>();
    for (int i = 0; i < effort.rounds(); i++) {
      direct.add(effort.ab().run(plain.client(), endpoint()));
      service.add(effort.ab().run(lab.client(), service(workload.services() - 1)));
    }
    return new Measured(loads, changes, connects, Rates.of(direct), Rates.of(service));
  }

  /** Some more, each into a node that has nothing yet. */
  private Durations loads(long first, String script, TimedRestore restore) throws IOException {
    List<Long> nanos = new ArrayList<>(List.of(first));
    long spent = first;
    while (nanos.size() < MOST_LOADS && spent + first < ENOUGH_LOADING.toNanos()) {
      try (NetworkNamespace node = NetworkNamespace.create("load")) {
        long next = timeOf(restore, node, script);
        nanos.add(next);
        spent += next;
      }
    }
    return durations(nanos);
  }

  /** One endpoint replaced, in one Service after the other. */
  private Durations changes(RuleSet before, TimedRestore restore, NetworkNamespace node)
      throws IOException {
    RuleSet rules = before;
    List<VirtualServer> servers = new ArrayList<>(workload.servers());
    List<Long> nanos = new ArrayList<>();
    long spent = 0;
    for (int i = 0; i < effort.changes(); i++) {
      int service = Math.toIntExact(i * STRIDE % workload.services());
      VirtualServer server = workload.replaced(servers.get(service), i);
      RuleSet.Step step = rules.changed(server);
      long took = timeOf(restore, node, step.script());
      nanos.add(took);
      spent += took;
      servers.set(service, server);
      rules = step.after();
      if (nanos.size() >= LEAST_CHANGES && spent > ENOUGH_CHANGING.toNanos()) {
        break;
      }
    }
    return durations(nanos);
  }

  private long timeOf(TimedRestore restore, NetworkNamespace node, String script)
      throws IOException {
    Duration limit = effort.loadLimit().multipliedBy(2);
    return restore
        .run(node, script, limit)
        .orElseThrow(() -> new BenchException(restore.tool() + ": no end within " + limit));
  }

  private Map<Target, Connector> connectors(BenchLab lab, BenchLab plain) {
    Map<Target, Connector> connectors = new EnumMap<>(Target.class);
    for (Target target : Target.values()) {
      InetSocketAddress address =
          switch (target) {
            case DIRECT, OTHER -> endpoint();
            case FIRST -> service(0);
            case MIDDLE -> service(workload.services() / 2);
            case LAST -> service(workload.services() - 1);
          };
      NetworkNamespace client = (target == Target.DIRECT ? plain : lab).client();
      connectors.put(target, new Connector(client, address, effort.connects()));
    }
    return connectors;
  }

  /**
   * Some to each in turn, spread over seconds, so that what else happens on the machine hits all
   * alike.
   */
  private Map<Target, ConnectTimes> connect(Map<Target, Connector> connectors) {
    for (int left = effort.connects(); left > 0; left -= CONNECTS_AT_A_TIME) {
      LockSupport.parkNanos(PAUSE.toNanos());
      int connects = Math.min(left, CONNECTS_AT_A_TIME);
      connectors.values().forEach(connector -> connector.measure(connects));
    }
    Map<Target, ConnectTimes> times = new EnumMap<>(Target.class);
    connectors.forEach((target, connector) -> times.put(target, connector.times()));
    return times;
  }

  private InetSocketAddress endpoint() {
    return socketAddress(workload.someEndpoint(), Workload.ENDPOINT_PORT);
  }

  private InetSocketAddress service(int number) {
    return socketAddress(workload.clusterIp(number), Workload.PORT);
  }

  private static InetSocketAddress socketAddress(IpAddress address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
  }

  private static Durations durations(List<Long> nanos) {
    return new Durations(nanos.stream().flatMapToLong(LongStream::of).toArray());
  }
}
