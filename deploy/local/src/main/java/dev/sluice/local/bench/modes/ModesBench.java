package dev.sluice.local.bench.modes;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.traffic.ApacheBench;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures all modes for each size, and tells a table; and draws it. */
public final class ModesBench {
  private final List<Workload> workloads;
  private final ModesEffort effort;

  /**
   * @param services the sizes, in Services
   * @param endpoints of each Service
   * @param connects to each address, 1 or more
   * @param requests of {@code ab} in a round, 1 or more
   * @param rounds of {@code ab}, 1 or more
   * @throws IllegalArgumentException if there can't be so many Services, or nothing is to be
   *     measured
   */
  public ModesBench(List<Integer> services, int endpoints, int connects, int requests, int rounds) {
    if (connects < 1 || requests < 1 || rounds < 1) {
      throw new IllegalArgumentException("connects, requests and rounds are 1 or more");
    }
    workloads =
        services.stream()
            .sorted()
            .map(size -> new Workload(IpFamily.IPV4, size, endpoints))
            .toList();
    effort = new ModesEffort(connects, ApacheBench.of(requests), rounds);
  }

  /**
   * Measures.
   *
   * @param output the folder for table and plots; empty: none
   * @throws dev.sluice.local.bench.BenchException if the kernel or a tool refuses something, or a
   *     Service does not answer
   * @throws RuntimeException as the lab throws
   * @throws IOException if files can't be written, a tool can't be run or there is no IPVS
   */
  public void run(Optional<Path> output, PrintWriter out) throws IOException {
    if (output.isPresent()) {
      Files.createDirectories(output.get());
    }
    String machine = Machine.describe(List.of("iptables-legacy"));
    out.println(machine);
    ModesTable.legend(effort).forEach(out::println);
    out.println();
    out.println(ModesTable.heading());
    out.flush();
    List<ModeResult> results = new ArrayList<>();
    for (Workload workload : workloads) {
      List<ModeResult> some = new ModesRun(workload, effort).run();
      results.addAll(some);
      some.forEach(result -> out.println(ModesTable.line(result)));
      out.flush();
    }
    if (output.isPresent()) {
      write(output.get(), machine, results);
    }
  }

  private void write(Path folder, String machine, List<ModeResult> results) throws IOException {
    ModesPlots.write(folder, results);
    new Page(
            "Modes, measured",
            "%s. %d endpoints a Service.".formatted(machine, workloads.getFirst().endpoints()),
            ModesTable.markdown(results),
            ModesTable.legend(effort),
            ModesPlots.all())
        .write(folder, "modes.md");
  }
}
