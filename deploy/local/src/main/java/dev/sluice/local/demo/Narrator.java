package dev.sluice.local.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Tells in numbered steps what happens. One thread. */
public final class Narrator {
  private final PrintWriter out;
  private int steps;

  /**
   * @param out where it is told, at once
   */
  public Narrator(PrintWriter out) {
    this.out = out;
  }

  void step(String title) {
    steps++;
    say("%n%d. %s".formatted(steps, title));
  }

  void line(String text) {
    say("   " + text);
  }

  void line(String subject, String text) {
    line("%-8s %s".formatted(subject, text));
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }

  /** Seconds for what takes long, milliseconds for what is quick. */
  static String text(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    if (millis >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return String.format(Locale.ROOT, millis >= 10 ? "%.0f ms" : "%.2f ms", millis);
  }
}
