package dev.sluice.local.system;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics that deploy/docs/operations.md has a row for, and those that pages have. */
final class DocumentedMetrics {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (`[^|]+) \\| (?:counter|gauge|[hs])");
  private static final Pattern NAME = Pattern.compile("`((?:sluice|kubeproxy)_[a-z_]+)`");
  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^# TYPE ((?:sluice|kubeproxy)_[a-z_]+) (?:counter|gauge|histogram|summ)");

  private DocumentedMetrics() {}

  /** In any of the tables. */
  static Set<String> inTables() throws IOException {
    String page = Files.readString(SluiceHome.find().resolve("deploy/docs/operations.md"));
    Set<String> names = new TreeSet<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row -> NAME.matcher(row.group(1)).results().forEach(name -> names.add(name.group(1))));
    return names;
  }

  /** On a page, each by its family's name; the greatest value of a timer goes with the timer. */
  static Set<String> on(String page) {
    Matcher types = TYPE.matcher(page);
    Set<String> names =
        types.results().map(type -> type.group(1)).collect(Collectors.toCollection(TreeSet::new));
    names.removeIf(
        name -> name.endsWith("_max") && names.contains(name.substring(0, name.length() - 4)));
    return names;
  }
}
