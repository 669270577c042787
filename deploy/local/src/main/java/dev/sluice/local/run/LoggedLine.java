package dev.sluice.local.run;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that one of our programs has logged. Pure.
 *
 * @param time when, to the millisecond
 */
public record LoggedLine(Instant time, String text) {
  /**
   * Takes a line apart.
   *
   * @throws ProgramException if it does not begin with a time
   */
  static LoggedLine parse(String line) {
    try {
      return new LoggedLine(Instant.parse(line.split(" ", 2)[0]), line);
    } catch (DateTimeException e) {
      throw new ProgramException("a line without a time: " + line, e);
    }
  }

  /** The number that stands behind a name, such as {@code writes=2}. */
  public OptionalLong number(String name) {
    Matcher number = Pattern.compile(" " + Pattern.quote(name) + "=(\\d+)").matcher(text);
    return number.find() ? OptionalLong.of(Long.parseLong(number.group(1))) : OptionalLong.empty();
  }
}
