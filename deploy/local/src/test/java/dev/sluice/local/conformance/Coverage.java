package dev.sluice.local.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Which cases each row has. */
record Coverage(List<Case> cases) {
  Coverage {
    cases = List.copyOf(cases);
  }

  List<Case> of(Row row) {
    return cases.stream().filter(each -> each.rows().contains(row)).toList();
  }

  List<Row> without() {
    return Arrays.stream(Row.values()).filter(row -> of(row).isEmpty()).toList();
  }

  /** What is wrong with cases, and rows that have none. */
  List<String> defects() {
    Stream<String> ofCases =
        cases.stream()
            .flatMap(each -> each.defect().map(defect -> each.words() + ": " + defect).stream());
    Stream<String> ofRows = without().stream().map(row -> row + " has no case");
    return Stream.concat(ofCases, ofRows).toList();
  }

  /** The rows with their cases, for people; ends in a line that sums up. */
  String listing() {
    StringBuilder text = new StringBuilder();
    for (Row row : Row.values()) {
      text.append("%-4s%s%n".formatted(row, row.text()));
      of(row).forEach(each -> text.append(lines(each)));
      if (of(row).isEmpty()) {
        text.append("      no case\n");
      }
    }
    return text.append(
            "%d rows, %d cases, %d rows without a case%n"
                .formatted(Row.values().length, cases.size(), without().size()))
        .toString();
  }

  private static String lines(Case each) {
    StringBuilder lines =
        new StringBuilder("      %s (%s)%n".formatted(each.words(), each.runsFor()));
    for (Unsupported exception : each.exceptions()) {
      lines.append("        not %s: %s%n".formatted(exception.backend(), exception.reason()));
    }
    return lines.toString();
  }
}
