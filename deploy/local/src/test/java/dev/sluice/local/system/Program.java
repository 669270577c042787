package dev.sluice.local.system;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One of the commands of deploy/bin, as a process of its own. */
final class Program implements AutoCloseable {
  private final List<String> command;
  private final Process process;
  private final Path folder;

  private Program(List<String> command, Process process, Path folder) {
    this.command = command;
    this.process = process;
    this.folder = folder;
  }

  /**
   * What is left of a command that has ended.
   *
   * @param output standard output
   * @param errors standard error
   */
  record Ended(int exitCode, String output, String errors) {}

  /** Starts a command in this JVM's own network namespace. */
  static Program start(String name, String... arguments) throws IOException {
    return start(Optional.empty(), Map.of(), name, arguments);
  }

  static Program startIn(NetworkNamespace namespace, String name, String... arguments)
      throws IOException {
    return start(Optional.of(namespace), Map.of(), name, arguments);
  }

  /** Starts a command with these environment variables besides. */
  static Program startWith(
      Map<String, String> environment, NetworkNamespace namespace, String name, String... arguments)
      throws IOException {
    return start(Optional.of(namespace), environment, name, arguments);
  }

  /** Starts a command in this JVM's own network namespace, with these variables besides. */
  static Program startWith(Map<String, String> environment, String name, String... arguments)
      throws IOException {
    return start(Optional.empty(), environment, name, arguments);
  }

  /** Starts a command as the last arguments of another one, which becomes it. */
  static Program startBehind(
      List<String> before, NetworkNamespace namespace, String name, String... arguments)
      throws IOException {
    return start(before, Optional.of(namespace), Map.of(), name, arguments);
  }

  /** Runs a command to its end. */
  static Ended run(String name, String... arguments) throws Exception {
    try (Program program = start(name, arguments)) {
      return program.await();
    }
  }

  static Ended runIn(NetworkNamespace namespace, String name, String... arguments)
      throws Exception {
    try (Program program = startIn(namespace, name, arguments)) {
      return program.await();
    }
  }

  private static Program start(
      Optional<NetworkNamespace> namespace,
      Map<String, String> environment,
      String name,
      String... arguments)
      throws IOException {
    return start(List.of(), namespace, environment, name, arguments);
  }

  private static Program start(
      List<String> prefix,
      Optional<NetworkNamespace> namespace,
      Map<String, String> environment,
      String name,
      String... arguments)
      throws IOException {
    Path folder = Files.createTempDirectory("sluice-program");
    List<String> command = new ArrayList<>(prefix);
    command.add(SluiceHome.find().resolve("deploy/bin").resolve(name).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    // the tools' default lock is one for all namespaces of the machine
    builder.environment().put("XTABLES_LOCKFILE", folder.resolve("lock").toString());
    // the default is this machine's own
    builder.environment().put("SLUICE_STATE_DIR", folder.resolve("state").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process =
        namespace.isPresent()
            ? namespace.get().<Process, IOException>call(builder::start)
            : builder.start();
    return new Program(command, process, folder);
  }

  /** Waits for its end. */
  Ended await() throws Exception {
    return await(Await.LIMIT);
  }

  /** Waits for its end, for so long. */
  Ended await(Duration limit) throws Exception {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(String.join(" ", command) + " has not ended: " + errors());
    }
    return new Ended(process.exitValue(), Files.readString(folder.resolve("out")), errors());
  }

  /** Sends SIGTERM and waits five seconds at most, the time that a pod's end should take. */
  Ended terminate() throws Exception {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      throw new AssertionError(String.join(" ", command) + " is still there: " + errors());
    }
    return await();
  }

  /** Whether a process that it started has these words among its arguments. */
  boolean hasChild(String words) {
    return process
        .descendants()
        .anyMatch(child -> child.info().commandLine().filter(c -> c.contains(words)).isPresent());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has written to standard output so far. */
  String output() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  /** Sends a signal, such as STOP. */
  void signal(String name) throws Exception {
    signal(name, process.pid());
  }

  /** Sends a signal to any process. */
  static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill -" + name + " " + pid + " failed");
    }
  }

  /** What it has written to standard error so far. */
  String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      var _ = process.waitFor();
      Folders.delete(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
