package dev.sluice.events.host;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs a command line the way operators expect: wrong use is one line on standard error and exit
 * code 2, a failure one line and exit code 1.
 */
public final class Launch {
  /** The exit code of a failure. */
  public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** The exit code of wrong use. */
  public static final int WRONG_USE = CommandLine.ExitCode.USAGE;

  private Launch() {}

  /**
   * Runs a command on this thread. Checked exceptions are failures that can be expected and are
   * told in one line; a runtime exception is a defect of ours and keeps its stack trace.
   *
   * @return the exit code
   */
  public static int run(CommandLine program, String... args) {
    return prepared(program).execute(args);
  }

  /** Sets up a command line for {@link #run}; for tests that execute it themselves. */
  public static CommandLine prepared(CommandLine program) {
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Duration.class, new DurationConverter())
        .registerConverter(BindAddress.class, Launch::bindAddress)
        .setParameterExceptionHandler((wrong, args) -> explain(wrong))
        .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
  }

  private static BindAddress bindAddress(String text) {
    try {
      return BindAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  private static int explain(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    say(command, name + ": " + oneLine(wrong) + suggestion(wrong) + " (try " + name + " --help)");
    return WRONG_USE;
  }

  private static String suggestion(ParameterException wrong) {
    return wrong instanceof UnmatchedArgumentException unmatched
            && !unmatched.getSuggestions().isEmpty()
        ? "; did you mean " + unmatched.getSuggestions().getFirst() + "?"
        : "";
  }

  private static int explain(Exception failure, CommandLine command) {
    Throwable reason = reason(failure);
    String name = command.getCommandSpec().qualifiedName();
    say(command, name + ": " + oneLine(reason));
    if (reason instanceof RuntimeException || reason instanceof Error) {
      reason.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return FAILED;
  }

  /** What was waited for on another thread fails in a wrapper that says nothing of its own. */
  private static Throwable reason(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapped =
        failure instanceof ExecutionException || failure instanceof CompletionException;
    return wrapped && cause != null ? reason(cause) : failure;
  }

  private static String oneLine(Throwable error) {
    return Optional.ofNullable(error.getMessage())
        .orElse(error.toString())
        .replaceAll("\\s*\\R\\s*", " ");
  }

  private static void say(CommandLine command, String line) {
    PrintWriter err = command.getErr();
    err.println(line);
    err.flush();
  }
}
