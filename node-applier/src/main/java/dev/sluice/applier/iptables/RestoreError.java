package dev.sluice.applier.iptables;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the line that a restore tool complains about beside its complaint. Pure. */
final class RestoreError {
  private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

  private RestoreError() {}

  static String of(Command.Result result, String script) {
    Matcher matcher = LINE.matcher(result.errors());
    List<String> lines = script.lines().toList();
    if (matcher.find()) {
      int number = Integer.parseInt(matcher.group(1));
      if (number >= 1 && number <= lines.size()) {
        return result.reason() + ": " + lines.get(number - 1);
      }
    }
    return result.reason();
  }
}
