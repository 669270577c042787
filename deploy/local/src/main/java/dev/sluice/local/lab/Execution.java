package dev.sluice.local.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that has ended.
 *
 * @param command the command and its arguments
 * @param exitCode 0 by custom for success
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Execution(List<String> command, int exitCode, String out, String err) {
  /** Defensive copy. */
  public Execution {
    command = List.copyOf(command);
  }

  /**
   * This, if the exit code is 0.
   *
   * @throws LabException with the command and what it said, otherwise
   */
  public Execution orThrow() {
    if (exitCode != 0) {
      throw new LabException(
          String.join(" ", command) + ": exit code " + exitCode + ": " + err.strip());
    }
    return this;
  }

  /**
   * Runs a command in the calling thread's network namespace, with the input given, and waits.
   *
   * @throws LabException if it can't be started, or has not ended in time and was killed
   */
  static Execution of(Duration limit, String input, List<String> command) {
    try {
      Path out = Files.createTempFile("sluice-exec", ".out");
      Path err = Files.createTempFile("sluice-exec", ".err");
      try {
        return run(limit, input, command, out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
    }
  }

  /** Through files: whoever reads two pipes needs two threads, and may wait for a grandchild. */
  private static Execution run(
      Duration limit, String input, List<String> command, Path out, Path err) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
      stdin.write(input);
    } catch (IOException e) {
      // A command that doesn't read its input ends before it is written: its exit code tells.
    }
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new LabException(String.join(" ", command) + ": not done after " + limit);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new LabException(String.join(" ", command) + ": interrupted", e);
    }
    return new Execution(
        command, process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
