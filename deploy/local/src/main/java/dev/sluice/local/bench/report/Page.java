package dev.sluice.local.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A page of Markdown with what a bench came to.
 *
 * @param introduction of a paragraph
 */
public record Page(String title, String introduction, List<Section> sections) {
  public Page {
    sections = List.copyOf(sections);
  }

  /** A page of one section that needs no heading. */
  public Page(
      String title, String introduction, String table, List<String> legend, List<LinePlot> plots) {
    this(title, introduction, List.of(new Section("", table, legend, plots)));
  }

  /**
   * A part of the page.
   *
   * @param heading with its number signs, and what else stands above the table; may be empty
   * @param table as Markdown
   * @param legend what the table's columns mean, a line each
   * @param plots those of them that have been drawn are shown
   */
  public record Section(String heading, String table, List<String> legend, List<LinePlot> plots) {
    public Section {
      legend = List.copyOf(legend);
      plots = List.copyOf(plots);
    }

    private String text(Path folder) {
      StringBuilder text = new StringBuilder(heading.isEmpty() ? "" : "\n" + heading + "\n");
      text.append("\n").append(table).append("\n");
      legend.forEach(line -> text.append("    ").append(line).append("\n"));
      for (LinePlot plot : plots) {
        if (Files.exists(folder.resolve(plot.file() + ".svg"))) {
          text.append("\n![%s](%s.svg)\n".formatted(plot.title(), plot.file()));
        }
      }
      return text.toString();
    }
  }

  /** Writes it beside its plots. */
  public void write(Path folder, String file) throws IOException {
    StringBuilder page = new StringBuilder("# " + title + "\n\n" + introduction + "\n");
    sections.forEach(section -> page.append(section.text(folder)));
    Files.writeString(folder.resolve(file), page);
  }
}
