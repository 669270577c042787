package dev.sluice.local.broker;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The broker's JVM and what it has written to its log. Any thread. */
final class BrokerChild {
  private static final int TAIL_LINES = 25;
  private static final String MAIN = "dev.sluice.broker.BrokerProcess";

  private final Process process;
  private final Path log;
  private final long logStart;

  private BrokerChild(Process process, Path log, long logStart) {
    this.process = process;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts it; its output is appended to the log, which may be that of earlier runs.
   *
   * @param clusterId for a folder that was never used; the same for all brokers of a cluster
   */
  static BrokerChild start(Path properties, Path logFolder, String clusterId, Path log)
      throws IOException {
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    Process process =
        new ProcessBuilder(command(properties, logFolder, clusterId))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new BrokerChild(process, log, logStart);
  }

  private static List<String> command(Path properties, Path logFolder, String clusterId)
      throws IOException {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-XX:-UsePerfData",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "-cp",
        classPath(SluiceHome.find().resolve("deploy/local/broker/target")),
        MAIN,
        properties.toString(),
        logFolder.toString(),
        clusterId);
  }

  private static String classPath(Path target) throws IOException {
    Path libraries = target.resolve("classpath");
    if (!Files.exists(libraries)) {
      throw new BrokerStartException(
          libraries + " is missing: run mvn -q package -DskipTests in " + SluiceHome.find());
    }
    return target.resolve("classes") + ":" + Files.readString(libraries).strip();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the end and gives the exit code. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /**
   * SIGTERM, and SIGKILL if that has not helped within the time given. Returns when the process is
   * gone; at once if it was.
   */
  void end(Duration patience) {
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** The last lines that this process wrote, for an error message. */
  String tail() {
    try {
      byte[] all = Files.readAllBytes(log);
      int start = (int) Math.min(logStart, all.length);
      List<String> lines =
          new String(all, start, all.length - start, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log can't be read: " + e + ")";
    }
  }
}
