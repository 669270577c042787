package dev.sluice.local.bench.drift;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures drift checks for each mode and size, and tells a table. */
public final class DriftBench {
  private static final int ENDPOINTS = 20;

  private static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("mode", 15),
              new Column("Services", 8),
              new Column("begin", 9),
              new Column("reading", 10),
              new Column("longest part", 12),
              new Column("settle", 9),
              new Column("repair one", 11),
              new Column("canary", 10)));

  private final List<DriftMode> modes;
  private final List<Integer> services;
  private final int checks;

  /**
   * @param services the sizes, in Services of 20 endpoints
   * @param checks of each mode and size, 1 or more
   * @throws IllegalArgumentException if there can't be so many Services, or nothing is to be
   *     measured
   */
  public DriftBench(List<DriftMode> modes, List<Integer> services, int checks) {
    if (checks < 1 || modes.isEmpty()) {
      throw new IllegalArgumentException("checks and modes are 1 or more");
    }
    this.modes = List.copyOf(modes);
    this.services = List.copyOf(services);
    this.checks = checks;
    services.forEach(DriftBench::workload);
  }

  private static Workload workload(int size) {
    return new Workload(IpFamily.IPV4, size, ENDPOINTS);
  }

  /**
   * Measures.
   *
   * @param output the folder for the table; empty: none
   * @throws dev.sluice.local.bench.BenchException if a check comes to something else than was done
   * @throws RuntimeException as the lab throws
   * @throws IOException if a tool can't be run, or the kernel refuses
   */
  public void run(Optional<Path> output, PrintWriter out) throws IOException {
    String machine = Machine.describe(List.of("iptables-legacy", "iptables-nft"));
    out.println(machine);
    legend().forEach(out::println);
    out.println();
    out.println(TABLE.heading());
    out.flush();
    List<List<String>> lines = new ArrayList<>();
    for (DriftMode mode : modes) {
      for (int size : services) {
        List<String> cells = cells(new DriftRun(mode, workload(size), checks).run());
        lines.add(cells);
        out.println(TABLE.line(cells));
        out.flush();
      }
    }
    if (output.isPresent()) {
      Files.createDirectories(output.get());
      new Page(
              "Drift checks, measured",
              "%s. %d endpoints a Service, IPv4.".formatted(machine, ENDPOINTS),
              TABLE.markdown(lines),
              legend(),
              List.of())
          .write(output.get(), "drift.md");
    }
  }

  private List<String> legend() {
    return List.of(
        "begin: what the thread that writes does to begin a check; medians of " + 2 * checks,
        "reading: what another thread does, the tool included, the rests between parts not",
        "  longest part: of it, for which it can't be stopped",
        "settle: what the thread that writes does afterwards, where nothing differs",
        "repair one: the same where one object is missing or changed, the write included",
        "canary: what the thread that writes does every second");
  }

  private static List<String> cells(DriftResult result) {
    return List.of(
        result.mode().toString(),
        Integer.toString(result.services()),
        millis(result.begin()),
        millis(result.reading()),
        millis(result.longest()),
        millis(result.settle()),
        millis(result.repair()),
        millis(result.canary()));
  }

  private static String millis(Durations times) {
    return format("%.3f ms", times.percentile(50));
  }
}
