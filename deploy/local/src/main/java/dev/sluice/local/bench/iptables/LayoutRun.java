package dev.sluice.local.bench.iptables;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.Outcome;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.bench.traffic.ApacheBench;
import dev.sluice.local.bench.traffic.BenchLab;
import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Connector;
import dev.sluice.local.bench.traffic.Rates;
import dev.sluice.local.bench.traffic.TimedTool;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Measures one case, on two nodes of its own: one with the Services, and one with none. */
final class LayoutRun {
  private static final int MOST_LOADS = 5;
  private static final Duration ENOUGH_LOADING = Duration.ofSeconds(10);
  private static final int LEAST_CHANGES = 3;
  private static final Duration ENOUGH_CHANGING = Duration.ofSeconds(45);
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
      TimedTool restore = TimedTool.restore(what.variant(), family, work.path());
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
      RuleSet rules, String script, TimedTool restore, BenchLab lab, BenchLab plain)
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
      direct.add(effort.ab().run(plain.client(), workload.someEndpoint()));
      service.add(effort.ab().run(lab.client(), workload.service(workload.services() - 1)));
    }
    return new Measured(loads, changes, connects, Rates.of(direct), Rates.of(service));
  }

  /** Some more, each into a node that has nothing yet. */
  private Durations loads(long first, String script, TimedTool restore) throws IOException {
    List<Long> nanos = new ArrayList<>(List.of(first));
    long spent = first;
    while (nanos.size() < MOST_LOADS && spent + first < ENOUGH_LOADING.toNanos()) {
      try (NetworkNamespace node = NetworkNamespace.create("load")) {
        long next = timeOf(restore, node, script);
        nanos.add(next);
        spent += next;
      }
    }
    return Durations.of(nanos);
  }

  /** One endpoint replaced, in one Service after the other. */
  private Durations changes(RuleSet before, TimedTool restore, NetworkNamespace node)
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
    return Durations.of(nanos);
  }

  private long timeOf(TimedTool restore, NetworkNamespace node, String script) throws IOException {
    return restore.runToEnd(node, script, effort.loadLimit().multipliedBy(2));
  }

  private Map<Target, Connector> connectors(BenchLab lab, BenchLab plain) {
    Map<Target, Connector> connectors = new EnumMap<>(Target.class);
    for (Target target : Target.values()) {
      InetSocketAddress address =
          switch (target) {
            case DIRECT, OTHER -> workload.someEndpoint();
            case FIRST -> workload.service(0);
            case MIDDLE -> workload.service(workload.services() / 2);
            case LAST -> workload.service(workload.services() - 1);
          };
      NetworkNamespace client = (target == Target.DIRECT ? plain : lab).client();
      connectors.put(target, new Connector(client, address, effort.connects()));
    }
    return connectors;
  }

  private Map<Target, ConnectTimes> connect(Map<Target, Connector> connectors) {
    Connector.inTurn(connectors.values(), effort.connects());
    Map<Target, ConnectTimes> times = new EnumMap<>(Target.class);
    connectors.forEach((target, connector) -> times.put(target, connector.times()));
    return times;
  }
}
