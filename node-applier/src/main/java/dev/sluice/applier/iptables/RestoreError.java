package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.RefusedException.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the line of a script that a restore tool complains about. Pure. */
final class RestoreError {
  private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

  private RestoreError() {}

  /** The line; empty where the tool names none. */
  static Optional<Place> place(Command.Result result, String script) {
    Matcher matcher = LINE.matcher(result.errors());
    if (!matcher.find()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(1));
    List<String> lines = script.lines().limit(number).toList();
    if (number < 1 || lines.size() < number) {
      return Optional.empty();
    }
    return lines.reversed().stream()
        .filter(line -> line.startsWith("*"))
        .findFirst()
        .flatMap(line -> Table.named(line.substring(1)))
        .map(table -> new Place(table, lines.getLast()));
  }
}
