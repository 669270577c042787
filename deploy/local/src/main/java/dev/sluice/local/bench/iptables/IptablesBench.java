package dev.sluice.local.bench.iptables;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.iptables.LayoutResult.NotTried;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.traffic.ApacheBench;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Measures both layouts for each variant, family and size, and tells a table; and draws it. */
public final class IptablesBench {
  private static final int ROUNDS = 3;

  private final List<Variant> variants;
  private final List<Workload> workloads;
  private final Effort effort;

  /**
   * @param services the sizes, in Services
   * @param endpoints of each Service
   * @param changes how many are measured, 1 or more
   * @param connects to each address, 1 or more
   * @param requests of {@code ab} in a round, 1 or more
   * @param loadLimit after which loading is given up
   * @throws IllegalArgumentException if there can't be so many Services, or nothing is to be
   *     measured
   */
  public IptablesBench(
      List<Variant> variants,
      List<IpFamily> families,
      List<Integer> services,
      int endpoints,
      int changes,
      int connects,
      int requests,
      Duration loadLimit) {
    if (changes < 1 || connects < 1 || requests < 1 || loadLimit.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "changes, connects, requests and seconds to load are 1 or more");
    }
    this.variants = List.copyOf(variants);
    this.workloads =
        families.stream()
            .flatMap(
                family ->
                    services.stream().sorted().map(size -> new Workload(family, size, endpoints)))
            .toList();
    this.effort = new Effort(changes, connects, ApacheBench.of(requests), ROUNDS, loadLimit);
  }

  /**
   * Measures.
   *
   * @param output the folder for table and plots; empty: none
   * @throws dev.sluice.local.bench.BenchException if a tool refuses its rules, or a Service doesn't
   *     answer
   * @throws RuntimeException as the lab throws
   * @throws IOException if files can't be written or a tool can't be run
   */
  public void run(Optional<Path> output, PrintWriter out) throws IOException {
    if (output.isPresent()) {
      Files.createDirectories(output.get());
    }
    String machine =
        Machine.describe(variants.stream().map(variant -> "iptables-" + variant).toList());
    out.println(machine);
    LayoutTable.legend(effort).forEach(out::println);
    out.println();
    out.println(LayoutTable.heading());
    out.flush();
    List<LayoutResult> results = new ArrayList<>();
    Set<String> tooSlow = new HashSet<>();
    for (LayoutCase what : cases()) {
      LayoutResult result =
          tooSlow.contains(what.series()) ? skipped(what) : new LayoutRun(what, effort).run();
      if (result.outcome() instanceof TooSlow) {
        tooSlow.add(what.series());
      }
      results.add(result);
      out.println(LayoutTable.line(result));
      out.flush();
    }
    if (output.isPresent()) {
      write(output.get(), machine, results);
    }
  }

  private List<LayoutCase> cases() {
    List<LayoutCase> cases = new ArrayList<>();
    for (Variant variant : variants) {
      for (Workload workload : workloads) {
        for (Layout layout : Layout.values()) {
          cases.add(new LayoutCase(variant, layout, workload));
        }
      }
    }
    return cases;
  }

  private static LayoutResult skipped(LayoutCase what) {
    RuleSet rules = what.layout().rules(what.workload().family(), what.workload().servers());
    return new LayoutResult(what, LayoutRun.countRules(rules.load()), new NotTried());
  }

  private void write(Path folder, String machine, List<LayoutResult> results) throws IOException {
    LayoutPlots.write(folder, results);
    String introduction =
        "%s. %d endpoints a Service."
            .formatted(machine, results.getFirst().what().workload().endpoints());
    new Page(
            "Two layouts of iptables rules, measured",
            introduction,
            LayoutTable.markdown(results),
            LayoutTable.legend(effort),
            LayoutPlots.all())
        .write(folder, "iptables.md");
  }
}
