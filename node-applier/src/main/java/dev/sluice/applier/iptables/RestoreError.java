package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.RefusedException.Place;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the line of a script that a restore tool complains about. Pure. */
final class RestoreError {
  private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

  private RestoreError() {}

  /**
   * The line; empty where the tool names none.
   *
   * @param script what the tool was given; it is written once more, to be searched
   * @throws IOException as {@code script} does
   */
  static Optional<Place> place(Command.Result result, Command.Input script) throws IOException {
    Matcher matcher = LINE.matcher(result.errors());
    if (!matcher.find()) {
      return Optional.empty();
    }
    LineSearch search = new LineSearch(Integer.parseInt(matcher.group(1)));
    script.writeTo(search);
    return search.found();
  }

  /** Keeps one line, by number from 1 on, and the table's name above it. */
  private static final class LineSearch implements Appendable {
    private final int wanted;
    private final StringBuilder line = new StringBuilder();
    private int number = 1;
    private Optional<Table> table = Optional.empty();

    LineSearch(int wanted) {
      this.wanted = wanted;
    }

    Optional<Place> found() {
      return number > wanted ? table.map(in -> new Place(in, line.toString())) : Optional.empty();
    }

    @Override
    public Appendable append(CharSequence text) {
      return append(text, 0, text.length());
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) {
      for (int i = start; i < end && number <= wanted; i++) {
        append(text.charAt(i));
      }
      return this;
    }

    @Override
    public Appendable append(char c) {
      if (number > wanted) {
        return this; // the line stays as it was found
      } else if (c != '\n') {
        line.append(c);
        return this;
      }
      if (!line.isEmpty() && line.charAt(0) == '*') {
        table = Table.named(line.substring(1));
      }
      if (number < wanted) {
        line.setLength(0);
      }
      number++;
      return this;
    }
  }
}
