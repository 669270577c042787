package dev.sluice.applier.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** How far long work has come, on one line that is written again and again. */
final class ProgressLine implements AutoCloseable {
  private static final long PERIOD_NANOS = 200_000_000;
  private static final String ERASED = "\r\u001b[K";

  private final PrintWriter err;
  private final String what;
  private final boolean shown;
  private long due = System.nanoTime() + PERIOD_NANOS;
  private boolean written;

  private ProgressLine(PrintWriter err, String what, boolean shown) {
    this.err = err;
    this.what = what;
    this.shown = shown;
  }

  /** Says nothing where standard error is no terminal. */
  static ProgressLine on(PrintWriter err, String what) {
    return new ProgressLine(err, what, isTerminal(Path.of("/proc/self/fd/2")));
  }

  /** Says nothing. */
  static ProgressLine none() {
    return new ProgressLine(new PrintWriter(Writer.nullWriter()), "", false);
  }

  /** Says it, whatever it is written to. */
  static ProgressLine always(PrintWriter err, String what) {
    return new ProgressLine(err, what, true);
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().matches("/dev/(pts/.*|tty.*|console)");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Tells it, if it is time to.
   *
   * @param share 0 to 1
   */
  void at(double share) {
    if (shown && System.nanoTime() - due >= 0) {
      due = System.nanoTime() + PERIOD_NANOS;
      err.print(ERASED + what + ": " + (int) (100 * share) + " %");
      err.flush();
      written = true;
    }
  }

  @Override
  public void close() {
    erase();
  }

  /** Erases the line, so that something else can be written; it may come again. */
  void erase() {
    if (written) {
      err.print(ERASED);
      err.flush();
      written = false;
    }
  }
}
