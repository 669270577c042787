package dev.sluice.applier.iptables;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a tool to its end. Blocks the calling thread, whose network namespace the tool inherits.
 *
 * @param prefix words before each command, such as those that enter a network namespace
 * @param timeLimit after which a tool is killed
 */
public record Command(List<String> prefix, Duration timeLimit) {
  private static final Logger LOG = LoggerFactory.getLogger(Command.class);

  /** Tools in the caller's own network namespace; a full load of a slow variant takes minutes. */
  public static final Command HERE = new Command(List.of(), Duration.ofMinutes(10));

  /**
   * What a tool left behind.
   *
   * @param output standard output
   * @param errors standard error
   */
  public record Result(int exitCode, String output, String errors) {
    public boolean ok() {
      return exitCode == 0;
    }

    /** The first line that says what is wrong; the nft variant names itself in a line before. */
    public String reason() {
      String text = errors.isBlank() ? output : errors;
      return text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.endsWith(":"))
          .findFirst()
          .orElse("exit code " + exitCode);
    }
  }

  /** What a command gets on standard input; may be too long for one text. */
  @FunctionalInterface
  public interface Input {
    void writeTo(Appendable out) throws IOException;
  }

  /**
   * Runs a command.
   *
   * @param input what it gets on standard input
   * @throws IOException if it can't be started, or was killed at the time limit
   */
  public Result run(String input, String... words) throws IOException {
    return run(out -> out.append(input), words);
  }

  /** The same for input that is written piece by piece. */
  public Result run(Input input, String... words) throws IOException {
    return run(input, Command::text, words);
  }

  /**
   * Runs a command that prints much, without input.
   *
   * @param line is told each line of its standard output as it is read; what it throws ends the
   *     command
   * @return the result, with no output
   * @throws IOException if it can't be started, or was killed at the time limit
   */
  public Result lines(Consumer<String> line, String... words) throws IOException {
    Output each =
        stream -> {
          try (BufferedReader reader =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(line);
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
          return "";
        };
    return run(_ -> {}, each, words);
  }

  private interface Output {
    String read(InputStream stream) throws IOException;
  }

  private Result run(Input input, Output printed, String... words) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(OrphanedTools.MARK, Long.toString(ProcessHandle.current().pid()));
    Process process = builder.start();
    AtomicBoolean late = new AtomicBoolean();
    var limit =
        process
            .onExit()
            .orTimeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    late.set(true);
                    process.destroyForcibly();
                  }
                });
    try {
      feed(process, input);
      // one after the other: these tools say little on standard error
      String output = printed.read(process.getInputStream());
      String errors = text(process.getErrorStream());
      int exitCode = process.waitFor();
      if (late.get()) {
        throw new IOException(String.join(" ", command) + ": no end within " + timeLimit);
      }
      return new Result(exitCode, output, errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(String.join(" ", command) + ": interrupted", e);
    } finally {
      limit.cancel(false);
      // has ended, unless what reads its output has failed
      process.destroyForcibly();
    }
  }

  private static String text(InputStream stream) throws IOException {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void feed(Process process, Input input) {
    try (Writer writer =
        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
      input.writeTo(writer);
    } catch (IOException e) {
      LOG.debug("tool ended before it had read all; its exit code and message tell why", e);
    }
  }
}
