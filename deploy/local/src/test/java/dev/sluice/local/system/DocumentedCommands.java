package dev.sluice.local.system;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands as they stand in a document of deploy/docs, run with Kafka's own tools on the path. */
final class DocumentedCommands implements AutoCloseable {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```$");

  private static final Map<String, String> TOOLS =
      Map.of(
          "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer",
          "kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer",
          "kafka-configs.sh", "org.apache.kafka.tools.ConfigCommand",
          "kafka-acls.sh", "org.apache.kafka.tools.AclCommand");

  private final Process process;
  private final Path folder;

  private DocumentedCommands(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /**
   * Starts the only block of commands that has these words.
   *
   * @param in where the commands are run
   */
  static DocumentedCommands start(TestLog log, Path in, String document, String... words)
      throws IOException {
    Path folder = Files.createTempDirectory("sluice-documented");
    Path bin = tools(folder.resolve("bin"));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", block(document, words))
            .directory(in.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
    builder.environment().put("BOOTSTRAP", log.kafka().bootstrapServers());
    builder.environment().put("CLUSTER", log.topics().cluster());
    return new DocumentedCommands(builder.start(), folder);
  }

  /** Runs them to their end, which must be a good one; what they print. */
  static String run(TestLog log, Path in, String document, String... words) throws Exception {
    try (DocumentedCommands commands = start(log, in, document, words)) {
      if (!commands.process.waitFor(Await.LIMIT.toSeconds() * 2, TimeUnit.SECONDS)
          || commands.process.exitValue() != 0) {
        throw new AssertionError("%s has failed: %s".formatted(List.of(words), commands.errors()));
      }
      return String.join("\n", commands.lines());
    }
  }

  private static String block(String document, String... words) throws IOException {
    Path file = SluiceHome.find().resolve("deploy/docs").resolve(document);
    Matcher matcher = BLOCK.matcher(Files.readString(file));
    List<String> found =
        matcher
            .results()
            .map(result -> result.group(1))
            .filter(block -> List.of(words).stream().allMatch(block::contains))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          file + " has " + found.size() + " blocks of commands with " + List.of(words));
    }
    return found.getFirst();
  }

  /** Stand-ins for the scripts of Kafka's distribution, and the Java that runs this test. */
  private static Path tools(Path bin) throws IOException {
    Files.createDirectory(bin);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Files.createSymbolicLink(bin.resolve("java"), java);
    String classPath =
        Files.readString(SluiceHome.find().resolve("deploy/local/broker/target/classpath"));
    for (Map.Entry<String, String> tool : TOOLS.entrySet()) {
      Path script = bin.resolve(tool.getKey());
      Files.writeString(
          script,
          """
          #!/bin/sh
          exec %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -XX:-UsePerfData \
            -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp %s %s "$@"
          """
              .formatted(java, classPath.strip(), tool.getValue()));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return bin;
  }

  /** What they have printed so far. */
  List<String> lines() throws IOException {
    return Files.readAllLines(folder.resolve("out"));
  }

  /** Waits until they have printed so many lines. */
  List<String> awaitLines(int count) throws IOException {
    Await.until()
        .conditionEvaluationListener(
            condition -> {
              if (!process.isAlive()) {
                throw new AssertionError("ended: " + errors());
              }
            })
        .until(() -> lines().size() >= count);
    return lines();
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
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
