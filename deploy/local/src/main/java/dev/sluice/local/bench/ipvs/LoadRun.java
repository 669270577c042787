package dev.sluice.local.bench.ipvs;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.ipvs.IpvsCompiler;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.NodeFacts;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.ipvs.IpvsNode.Taken;
import dev.sluice.local.bench.ipvs.IpvsResult.Loads;
import dev.sluice.local.bench.traffic.TimedTool;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads all, ours and ipvsadm in turn, each into a namespace of its own: what was removed from one
 * makes loading slow for as long as the kernel remembers it.
 */
final class LoadRun {
  private static final Duration ENOUGH = Duration.ofSeconds(60);
  private static final int MOST_TOOL_CHANGES = 20;

  private final IpvsEffort effort;
  private final Path work;
  private final TimedTool ipvsadm;
  private final List<VirtualServer> servers;
  private final Map<ServiceName, List<VirtualServer>> byService;
  private final Workload workload;
  private final ServerCount expected;
  private final List<Long> frame = new ArrayList<>();
  private final List<Long> all = new ArrayList<>();
  private final List<Long> kernel = new ArrayList<>();
  private final List<Long> compile = new ArrayList<>();
  private final List<Long> tool = new ArrayList<>();
  private final List<Long> toolChanges = new ArrayList<>();

  LoadRun(Workload workload, IpvsEffort effort, Path work) {
    this.workload = workload;
    this.effort = effort;
    this.work = work;
    ipvsadm = new TimedTool(List.of("ipvsadm", "-R"), work);
    servers = workload.servers();
    byService = Workload.byService(servers);
    expected =
        new ServerCount(workload.services(), (long) workload.services() * workload.endpoints());
  }

  /**
   * Loads.
   *
   * @throws BenchException if the kernel refuses something
   */
  Loads run() throws IOException {
    for (int i = 0; i < effort.loads(); i++) {
      ours();
      if (tool.isEmpty() || tool.stream().mapToLong(n -> n).sum() < ENOUGH.toNanos()) {
        tool();
      }
    }
    // after all loads, so that the first of them is done by a compiler that has run for none
    for (int i = 0; i < effort.loads(); i++) {
      compile();
    }
    return new Loads(
        Durations.of(frame),
        Durations.of(all),
        Durations.of(kernel),
        Durations.of(compile),
        Durations.of(tool),
        Durations.of(toolChanges));
  }

  /** What the first of ours took, its frame included, in nanoseconds. */
  long first() {
    return frame.getFirst() + all.getFirst();
  }

  private void ours() throws IOException {
    try (NetworkNamespace node = NetworkNamespace.create("load")) {
      node.<IOException>run(
          () -> {
            try (IpvsNode ipvs = new IpvsNode(work)) {
              frame.add(ipvs.write(Workload.POLICY, Map.of()).all());
              Taken taken = ipvs.write(Workload.POLICY, byService);
              all.add(taken.all());
              kernel.add(taken.kernel());
            }
          });
      ServerCount.in(node).require(expected, "the back end");
      IpvsNode.empty(node);
    }
  }

  private void compile() {
    NodeFacts facts = new NodeFacts(Workload.POLICY, Set.of());
    long start = System.nanoTime();
    IpvsCompiler compiler = new IpvsCompiler(IpFamily.IPV4, IpvsOptions.DEFAULTS);
    var compiled = compiler.update(compiler.start(facts), facts, byService);
    compile.add(System.nanoTime() - start);
    if (compiled.services().size() != servers.size()) {
      throw new BenchException("compiled " + compiled.services().size());
    }
  }

  private void tool() throws IOException {
    try (NetworkNamespace node = NetworkNamespace.create("load")) {
      tool.add(ipvsadm.runToEnd(node, IpvsadmScript.load(servers), effort.loadLimit()));
      ServerCount.in(node).require(expected, "ipvsadm");
      int changes = Math.min(effort.changes(), MOST_TOOL_CHANGES);
      for (int i = 0; i < changes; i++) {
        VirtualServer before = servers.get(i % servers.size());
        String script = IpvsadmScript.change(before, workload.replaced(before, i));
        toolChanges.add(ipvsadm.runToEnd(node, script, effort.loadLimit()));
      }
      IpvsNode.empty(node);
    }
  }
}
