package dev.sluice.local.bench.ipvs;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many TCP virtual servers and destinations there are. */
record ServerCount(long servers, long destinations) {
  /** As the kernel has it in a namespace. */
  static ServerCount in(NetworkNamespace node) throws IOException {
    return node.<ServerCount, IOException>call(
        () -> parse(Files.readAllLines(Path.of("/proc/thread-self/net/ip_vs"))));
  }

  /** Reads the kernel's table, whose heading has a line for each of the two. */
  static ServerCount parse(List<String> lines) {
    return new ServerCount(
        lines.stream().filter(line -> line.startsWith("TCP ")).count(),
        lines.stream().filter(line -> line.startsWith("  -> ")).count() - 1);
  }

  /**
   * Makes sure that a loader has loaded what it should have.
   *
   * @throws BenchException otherwise
   */
  void require(ServerCount expected, String loader) {
    if (!equals(expected)) {
      throw new BenchException("%s: the kernel has %s of %s".formatted(loader, this, expected));
    }
  }

  @Override
  public String toString() {
    return servers + " virtual servers with " + destinations + " destinations";
  }
}
