package dev.sluice.applier.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Commands of {@code sluice} without a process of their own, for tests that run many. */
public final class InThisJvm {
  private InThisJvm() {}

  /**
   * What a command came to.
   *
   * @param out standard output
   * @param err standard error
   */
  public record Ended(int exitCode, String out, String err) {}

  /** Runs {@code sluice} with these words in this JVM. */
  public static Ended run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Sluice.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(words);
    return new Ended(exitCode, out.toString(), err.toString());
  }
}
