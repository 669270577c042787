package dev.sluice.local.run;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A program of deploy/bin that runs in a namespace, with a log file of its own.
 *
 * <p>Ends with {@link #close} and with this JVM's orderly end.
 */
public final class SluiceProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(6);
  private static final Duration STEP = Duration.ofMillis(10);

  private final String name;
  private final Process process;
  private final ChildLog log;
  private final Thread shutdownHook;

  private SluiceProgram(String name, Process process, ChildLog log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.shutdownHook = new Thread(this::endOrKill, name + "-end");
  }

  /**
   * How to start a program.
   *
   * @param name of a script in deploy/bin
   * @param arguments its command line
   * @param environment what is added to this JVM's own
   * @param log where its output is appended
   */
  public record Launch(
      String name, List<String> arguments, Map<String, String> environment, Path log) {
    /** Defensive copies. */
    public Launch {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Starts a program; it need not be ready when this returns.
   *
   * @throws ProgramException if it can't be started
   */
  public static SluiceProgram start(NetworkNamespace namespace, Launch launch) {
    try {
      ChildLog log = ChildLog.appendingTo(launch.log());
      Process process = namespace.<Process, IOException>call(() -> run(launch));
      SluiceProgram program = new SluiceProgram(launch.name(), process, log);
      program.endWithThisJvm();
      return program;
    } catch (IOException e) {
      throw new ProgramException(launch.name() + " not started: " + e.getMessage(), e);
    }
  }

  private static Process run(Launch launch) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SluiceHome.find().resolve("deploy/bin").resolve(launch.name()).toString());
    command.addAll(launch.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    builder.environment().putAll(launch.environment());
    return builder.start();
  }

  private void endWithThisJvm() {
    try {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      endOrKill();
      throw new ProgramException(name + " not started: this JVM is ending", e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** The last lines that it logged. */
  public String tail() {
    return log.tail();
  }

  /**
   * The lines it has logged so far that contain a text.
   *
   * @throws ProgramException if its log can't be read, or such a line is none of its logger's
   */
  public List<LoggedLine> logged(String containing) {
    try {
      return log.lines().stream()
          .filter(line -> line.contains(containing))
          .map(LoggedLine::parse)
          .toList();
    } catch (IOException e) {
      throw new ProgramException(name + ": its log can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until something is so, for which this program must be running.
   *
   * @param what the state that is waited for, for the error message
   * @throws ProgramException if it is not so in time, or the program ends
   */
  public void await(String what, Duration limit, BooleanSupplier state) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!state.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new ProgramException(
            "%s ended with %d before it was %s\nits log ends:\n%s"
                .formatted(name, process.exitValue(), what, tail()));
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new ProgramException(
            "%s is not %s after %d s\nits log ends:\n%s"
                .formatted(name, what, limit.toSeconds(), tail()));
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(STEP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramException("interrupted while waiting for " + name, e);
    }
  }

  /**
   * Does nothing while it runs.
   *
   * @throws ProgramException if it has ended
   */
  public void checkRunning() {
    if (!process.isAlive()) {
      throw new ProgramException(
          "%s has ended by itself with %d\nits log ends:\n%s"
              .formatted(name, process.exitValue(), tail()));
    }
  }

  /**
   * Asks the program to end, by SIGTERM, and waits until it has.
   *
   * @throws ProgramException if it had ended already, or has not after six seconds and was killed
   */
  public Ending end() {
    checkRunning();
    long start = System.nanoTime();
    boolean ended = endOrKill();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    forgetHook();
    if (!ended) {
      throw new ProgramException(
          "%s did not end by SIGTERM within %d s\nits log ends:\n%s"
              .formatted(name, PATIENCE.toSeconds(), tail()));
    }
    return new Ending(process.exitValue(), took);
  }

  /** Ends it by SIGKILL, as a crash does; returns when its process is gone. Idempotent. */
  public void kill() {
    process.destroyForcibly().onExit().join();
    forgetHook();
  }

  private boolean endOrKill() {
    process.destroy();
    try {
      if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void forgetHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // this JVM is shutting down and runs the hook anyway
    }
  }

  /** Ends it in order, or by force after six seconds. Idempotent. */
  @Override
  public void close() {
    endOrKill();
    forgetHook();
  }
}
