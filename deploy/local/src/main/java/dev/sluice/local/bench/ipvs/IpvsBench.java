package dev.sluice.local.bench.ipvs;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.change.ChangeCluster;
import dev.sluice.local.bench.ipvs.IpvsResult.Loads;
import dev.sluice.local.bench.report.LinePlot;
import dev.sluice.local.bench.report.LinePlot.Axes;
import dev.sluice.local.bench.report.LinePlot.Point;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Measures IPVS mode for each size, and tells a table; and draws it. */
public final class IpvsBench {
  private static final LinePlot LOAD =
      new LinePlot("ipvs-full-load", "Loading all virtual servers", "seconds", Axes.LOGARITHMIC);
  private static final LinePlot CHANGE =
      new LinePlot(
          "ipvs-one-change", "One endpoint replaced, p50", "milliseconds", Axes.LOGARITHMIC);

  private final List<Workload> workloads;
  private final IpvsEffort effort;

  /**
   * @param services the sizes, in Services
   * @param loads of each size, 1 or more
   * @param changes how many are measured, 1 or more
   * @param loadLimit after which ipvsadm is given up
   * @throws IllegalArgumentException if there can't be so many Services, or nothing is to be
   *     measured
   */
  public IpvsBench(List<Integer> services, int loads, int changes, Duration loadLimit) {
    if (loads < 1 || changes < 1 || loadLimit.toSeconds() < 1) {
      throw new IllegalArgumentException("loads, changes and seconds to load are 1 or more");
    }
    services.forEach(ChangeCluster::new);
    // the largest first: a JVM that has just started does its first load
    workloads =
        services.stream()
            .sorted(Comparator.reverseOrder())
            .map(size -> new Workload(IpFamily.IPV4, size, ChangeCluster.ENDPOINTS))
            .toList();
    effort = new IpvsEffort(loads, changes, loadLimit);
  }

  /**
   * Measures.
   *
   * @param output the folder for table and plots; empty: none
   * @throws dev.sluice.local.bench.BenchException if the kernel refuses something
   * @throws RuntimeException as the lab throws
   * @throws IOException if files can't be written, a tool can't be run or there is no IPVS
   */
  public void run(Optional<Path> output, PrintWriter out) throws IOException {
    if (output.isPresent()) {
      Files.createDirectories(output.get());
    }
    String machine = Machine.describe(List.of("iptables-legacy", "ipvsadm"));
    out.println(machine);
    IpvsTable.legend(effort).forEach(out::println);
    out.println();
    out.println(IpvsTable.heading());
    out.flush();
    List<IpvsResult> results = new ArrayList<>();
    for (Workload workload : workloads) {
      IpvsResult result = measure(workload);
      results.add(result);
      out.println(IpvsTable.line(result));
      out.flush();
    }
    Collections.reverse(results);
    if (output.isPresent()) {
      write(output.get(), machine, results);
    }
  }

  private IpvsResult measure(Workload workload) throws IOException {
    try (WorkFolder work = WorkFolder.create("bench")) {
      LoadRun run = new LoadRun(workload, effort, work.path());
      Loads loads = run.run();
      ChangeCluster cluster = new ChangeCluster(workload.services());
      return new IpvsResult(
          workload.services(),
          run.first(),
          loads,
          new ChangeRun(cluster, effort.changes(), work.path()).run());
    }
  }

  private void write(Path folder, String machine, List<IpvsResult> results) throws IOException {
    LOAD.write(
        folder,
        lines(
            results,
            new Line("sluice", r -> r.loads().all().percentile(50) / 1000),
            new Line("of it, kernel", r -> r.loads().kernel().percentile(50) / 1000),
            new Line("ipvsadm -R", r -> r.loads().ipvsadm().percentile(50) / 1000)));
    CHANGE.write(
        folder,
        lines(
            results,
            new Line("record to kernel", r -> r.changes().record().percentile(50)),
            new Line("of it, kernel", r -> r.changes().kernel().percentile(50)),
            new Line("ipvsadm -R", r -> r.loads().ipvsadmChange().percentile(50))));
    new Page(
            "IPVS, measured",
            "%s. %d endpoints a Service, IPv4.".formatted(machine, ChangeCluster.ENDPOINTS),
            IpvsTable.markdown(results),
            IpvsTable.legend(effort),
            List.of(LOAD, CHANGE))
        .write(folder, "ipvs.md");
  }

  private record Line(String name, ToDoubleFunction<IpvsResult> value) {}

  private static Map<String, List<Point>> lines(List<IpvsResult> results, Line... what) {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (Line line : what) {
      lines.put(
          line.name(),
          results.stream()
              .map(result -> new Point(result.services(), line.value().applyAsDouble(result)))
              .toList());
    }
    return lines;
  }
}
