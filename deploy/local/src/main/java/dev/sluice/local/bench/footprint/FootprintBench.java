package dev.sluice.local.bench.footprint;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.report.Machine;
import dev.sluice.local.bench.report.Page;
import dev.sluice.local.bench.report.Page.Section;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures what the programs hold of memory and how an applier starts, and tells tables. */
public final class FootprintBench {
  private static final BenchCluster IDLE = new BenchCluster(1, 1);

  private final FootprintEffort effort;

  /** Nothing is measured yet. */
  public FootprintBench(FootprintEffort effort) {
    this.effort = effort;
  }

  /**
   * Measures.
   *
   * @param output the folder for the page; empty: none is written
   * @param progress is told what is done next, and which modes this kernel lacks
   * @throws RuntimeException as the lab, the broker and the programs throw
   * @throws IOException if files can't be written or read
   */
  public void run(Optional<Path> output, PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    String machine = Machine.describe(List.of("iptables-legacy"));
    out.println(machine);
    List<Section> sections = new ArrayList<>();
    sections.add(memory(out, progress));
    if (effort.starts() > 0) {
      sections.add(starts(out, progress));
    }
    if (output.isPresent()) {
      Files.createDirectories(output.get());
      new Page("Footprint", machine + ".", sections).write(output.get(), "footprint.md");
    }
  }

  private Section memory(PrintWriter out, Consumer<String> progress)
      throws IOException, InterruptedException {
    Told<MemoryResult> told =
        new Told<>(out, "Memory", MemoryResult.TABLE, MemoryResult.LEGEND, MemoryResult::cells);
    for (NodeMode mode : effort.modes()) {
      if (!mode.here()) {
        progress.accept(mode + ": left out, this kernel does not have it");
        continue;
      }
      progress.accept(mode + ": idle");
      new MemoryRun(mode, IDLE, 0, effort.idle()).run(told);
      progress.accept(mode + ": " + effort.cluster());
      new MemoryRun(mode, effort.cluster(), effort.changes(), effort.idle()).run(told);
    }
    progress.accept("watcher: " + effort.cluster());
    new WatcherRun(effort.cluster(), effort.idle()).run(told);
    return told.section();
  }

  private Section starts(PrintWriter out, Consumer<String> progress) throws IOException {
    Told<StartsResult> told =
        new Told<>(
            out,
            "From start to ready",
            StartsResult.TABLE,
            StartsResult.LEGEND,
            StartsResult::cells);
    NodeMode mode = effort.modes().getFirst();
    progress.accept(
        "starts: %s, %d with each state of the AOT cache".formatted(mode, effort.starts()));
    new StartsRun(mode, effort.starts()).run(told);
    return told.section();
  }

  /** A table whose rows are told as they come. */
  private static final class Told<R> implements Consumer<R> {
    private interface Cells<R> {
      List<String> of(R result);
    }

    private final PrintWriter out;
    private final String title;
    private final TextTable table;
    private final List<String> legend;
    private final Cells<R> cells;
    private final List<List<String>> rows = new ArrayList<>();

    Told(PrintWriter out, String title, TextTable table, List<String> legend, Cells<R> cells) {
      this.out = out;
      this.title = title;
      this.table = table;
      this.legend = legend;
      this.cells = cells;
      out.println();
      out.println(title);
      legend.forEach(out::println);
      out.println();
      out.println(table.heading());
      out.flush();
    }

    @Override
    public void accept(R result) {
      rows.add(cells.of(result));
      out.println(table.line(rows.getLast()));
      out.flush();
    }

    Section section() {
      return new Section("## " + title, table.markdown(rows), legend, List.of());
    }
  }
}
