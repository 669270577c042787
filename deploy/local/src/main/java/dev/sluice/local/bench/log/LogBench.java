package dev.sluice.local.bench.log;

import dev.sluice.local.bench.log.fanout.FanOutEffort;
import dev.sluice.local.bench.log.fanout.FanOutResult;
import dev.sluice.local.bench.log.fanout.FanOutRun;
import dev.sluice.local.bench.log.fanout.FanOutTable;
import dev.sluice.local.bench.log.path.PathEffort;
import dev.sluice.local.bench.log.path.PathResult;
import dev.sluice.local.bench.log.path.PathRun;
import dev.sluice.local.bench.log.path.PathTable;
import dev.sluice.local.bench.log.start.StartEffort;
import dev.sluice.local.bench.log.start.StartResult;
import dev.sluice.local.bench.log.start.StartRun;
import dev.sluice.local.bench.log.start.StartTable;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.report.Page.Section;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measures the log's three parts one after the other, and tells a table of each; and draws them.
 */
public final class LogBench {
  private final Set<Part> parts;
  private final PathEffort path;
  private final StartEffort start;
  private final FanOutEffort fanOut;

  /** What can be measured by itself. */
  public enum Part {
    PATH,
    START,
    FAN_OUT;

    /** As the command line has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param parts which of them are measured
   */
  public LogBench(Set<Part> parts, PathEffort path, StartEffort start, FanOutEffort fanOut) {
    this.parts = Set.copyOf(parts);
    this.path = path;
    this.start = start;
    this.fanOut = fanOut;
  }

  /**
   * Measures.
   *
   * @param output the folder for tables and plots; empty: none
   * @param progress is told what is done next
   * @throws dev.sluice.local.bench.BenchException if a change, a rule or a record is missing
   * @throws RuntimeException as the lab, the broker and the programs throw
   * @throws IOException if files can't be written or a tool can't be run
   */
  public void run(Optional<Path> output, PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    if (output.isPresent()) {
      Files.createDirectories(output.get());
    }
    String machine = Machine.describe(List.of("iptables-legacy"));
    out.println(machine);
    List<Section> sections = new ArrayList<>();
    for (Part part : Part.values()) {
      if (parts.contains(part)) {
        Drawn section =
            switch (part) {
              case PATH -> path(out, progress);
              case START -> start(out, progress);
              case FAN_OUT -> fanOut(out, progress);
            };
        if (output.isPresent()) {
          sections.add(section.in(output.get()));
        }
      }
    }
    if (output.isPresent()) {
      new Page("The log, measured", machine + ".", sections).write(output.get(), "log.md");
    }
  }

  /** A section that is yet to be drawn. */
  private interface Drawn {
    Section in(Path folder) throws IOException;
  }

  /** A measurement that tells each result as soon as it is known. */
  private interface Run<R> {
    void run(Consumer<R> results) throws IOException, InterruptedException;
  }

  private Drawn path(PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    String heading =
        "From a change to the kernel: %d Services of %d endpoints"
            .formatted(path.services(), path.endpoints());
    tell(out, heading, PathTable.legend(), PathTable.heading());
    List<PathResult> results = all(out, new PathRun(path, progress)::run, PathTable::line);
    return folder -> PathTable.section("## " + heading, results, folder);
  }

  private Drawn start(PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    String heading = "From an applier's start to its first program";
    tell(out, heading, StartTable.legend(), StartTable.heading());
    List<StartResult> results = all(out, new StartRun(start, progress)::run, StartTable::line);
    return _ ->
        new Section("## " + heading, StartTable.markdown(results), StartTable.legend(), List.of());
  }

  private Drawn fanOut(PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    String heading = "From one writer to many readers";
    tell(out, heading, FanOutTable.legend(), FanOutTable.heading());
    List<FanOutResult> results = all(out, new FanOutRun(fanOut, progress)::run, FanOutTable::line);
    return folder -> FanOutTable.section("## " + heading, results, folder);
  }

  private static void tell(PrintWriter out, String title, List<String> legend, String heading) {
    out.println();
    out.println(title);
    legend.forEach(out::println);
    out.println();
    out.println(heading);
    out.flush();
  }

  private static <R> List<R> all(PrintWriter out, Run<R> run, Function<R, String> line)
      throws IOException, InterruptedException {
    List<R> results = new ArrayList<>();
    run.run(
        result -> {
          results.add(result);
          out.println(line.apply(result));
          out.flush();
        });
    return results;
  }
}
