package dev.sluice.local.bench.iptables;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The restore tool of one variant and family, and what it takes from its start to its end. Its
 * input lies in a file, so that nobody's writing is measured with it.
 *
 * @param work where its files are
 */
record TimedRestore(Variant variant, IpFamily family, Path work) {
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** What the tool is called. */
  String tool() {
    return (family == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + variant + "-restore";
  }

  /**
   * Runs the tool in a namespace.
   *
   * @param limit after which it is killed
   * @return nanoseconds; none where it was killed, and then the kernel is as it was
   * @throws BenchException if the tool refuses the script
   */
  OptionalLong run(NetworkNamespace node, String script, Duration limit) throws IOException {
    File input = work.resolve("script").toFile();
    Files.writeString(input.toPath(), script);
    return node.<OptionalLong, IOException>call(() -> run(input, limit));
  }

  private OptionalLong run(File input, Duration limit) throws IOException {
    File said = work.resolve("said").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(tool(), "--noflush", "-w", "5")
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
        throw new BenchException(tool() + ": " + Files.readString(said.toPath()).strip());
      }
      return OptionalLong.of(nanos);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while " + tool() + " ran", e);
    }
  }

  private OptionalLong killed(Process process) throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new BenchException(tool() + " does not end");
    }
    return OptionalLong.empty();
  }
}
