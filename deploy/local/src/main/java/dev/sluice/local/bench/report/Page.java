package dev.sluice.local.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A page of Markdown with what a bench came to.
 *
 * @param introduction of a paragraph
 * @param table as Markdown
 * @param legend what the table's columns mean, a line each
 * @param plots those of them that have been drawn are shown
 */
public record Page(
    String title, String introduction, String table, List<String> legend, List<LinePlot> plots) {
  public Page {
    legend = List.copyOf(legend);
    plots = List.copyOf(plots);
  }

  /** Writes it beside its plots. */
  public void write(Path folder, String file) throws IOException {
    StringBuilder page = new StringBuilder("# " + title + "\n\n" + introduction + "\n");
    page.append("\n").append(table).append("\n");
    legend.forEach(line -> page.append("    ").append(line).append("\n"));
    for (LinePlot plot : plots) {
      if (Files.exists(folder.resolve(plot.file() + ".svg"))) {
        page.append("\n![%s](%s.svg)\n".formatted(plot.title(), plot.file()));
      }
    }
    Files.writeString(folder.resolve(file), page);
  }
}
