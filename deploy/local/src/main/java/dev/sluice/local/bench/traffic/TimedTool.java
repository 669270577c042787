package dev.sluice.local.bench.traffic;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A tool that loads what it reads into the kernel, and what it takes from its start to its end. Its
 * input lies in a file, so that nobody's writing is measured with it.
 *
 * @param command the tool and its arguments
 * @param work where its files are
 */
public record TimedTool(List<String> command, Path work) {
  private static final Duration GRACE = Duration.ofMinutes(1);

  public TimedTool {
    command = List.copyOf(command);
  }

  /** The restore tool of one variant and family. */
  public static TimedTool restore(Variant variant, IpFamily family, Path work) {
    String iptables = family == IpFamily.IPV4 ? "iptables-" : "ip6tables-";
    return new TimedTool(List.of(iptables + variant + "-restore", "--noflush", "-w", "5"), work);
  }

  /**
   * Runs the tool in a namespace.
   *
   * @param limit after which it is killed
   * @return nanoseconds; none where it was killed. A restore tool has changed nothing then
   * @throws BenchException if the tool refuses the script
   */
  public OptionalLong run(NetworkNamespace node, String script, Duration limit) throws IOException {
    File input = work.resolve("script").toFile();
    Files.writeString(input.toPath(), script);
    return node.<OptionalLong, IOException>call(() -> run(input, limit));
  }

  /**
   * The same where an end is expected.
   *
   * @return nanoseconds
   * @throws BenchException also if there is none
   */
  public long runToEnd(NetworkNamespace node, String script, Duration limit) throws IOException {
    return run(node, script, limit)
        .orElseThrow(() -> new BenchException(command.getFirst() + ": no end within " + limit));
  }

  private OptionalLong run(File input, Duration limit) throws IOException {
    File said = work.resolve("said").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(input)
            .redirectErrorStream(true)
            .redirectOutput(said);
    // namespaces would share the usual one
    builder.environment().put("XTABLES_LOCKFILE", work.resolve("xtables.lock").toString());
    long start = System.nanoTime();
    Process process = builder.start();
    try {
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return killed(process);
      }
      long nanos = System.nanoTime() - start;
      if (process.exitValue() != 0) {
        throw new BenchException(
            command.getFirst() + ": " + Files.readString(said.toPath()).strip());
      }
      return OptionalLong.of(nanos);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while " + command.getFirst() + " ran", e);
    }
  }

  private OptionalLong killed(Process process) throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new BenchException(command.getFirst() + " does not end");
    }
    return OptionalLong.empty();
  }
}
