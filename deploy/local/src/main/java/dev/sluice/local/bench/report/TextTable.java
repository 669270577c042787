package dev.sluice.local.bench.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table, as lines for a terminal and as Markdown. Pure.
 *
 * @param columns in order
 */
public record TextTable(List<Column> columns) {
  /** What stands where there is nothing to tell. */
  public static final String NONE = "-";

  /**
   * A column.
   *
   * @param width on a terminal; negative: what stands in it begins at the left
   */
  public record Column(String title, int width) {}

  public TextTable {
    columns = List.copyOf(columns);
  }

  /** What stands above the lines. */
  public String heading() {
    return line(titles());
  }

  /** A row on a terminal; cells that it lacks are {@link #NONE}. */
  public String line(List<String> cells) {
    List<String> all = filled(cells);
    return IntStream.range(0, columns.size())
        .mapToObj(i -> String.format("%" + columns.get(i).width() + "s", all.get(i)))
        .collect(Collectors.joining(" "))
        .stripTrailing();
  }

  /** All rows as Markdown. */
  public String markdown(List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    table.append(row(titles()));
    table.append(row(columns.stream().map(column -> column.width() < 0 ? "---" : "--:").toList()));
    rows.forEach(cells -> table.append(row(filled(cells))));
    return table.toString();
  }

  private List<String> titles() {
    return columns.stream().map(Column::title).toList();
  }

  private List<String> filled(List<String> cells) {
    return Stream.concat(
            cells.stream(), Collections.nCopies(columns.size() - cells.size(), NONE).stream())
        .toList();
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** A number as all tables have them. */
  public static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
