package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps a replay from a kernel that somebody uses. Blocks. */
final class ReplayGuard {
  private static final String ADVICE =
      "run it in a network namespace of its own (ip netns add replay; ip netns exec replay sluice"
          + " replay …), or with --dry-run; --force overrides this";

  private ReplayGuard() {}

  /**
   * Why nothing should be replayed here.
   *
   * @param root the root of the file system; another one in tests
   */
  static Optional<String> refusal(Path root, IptablesTools tools, List<IpFamily> families)
      throws IOException {
    Optional<String> main = mainNamespace(root);
    return main.isPresent() ? main : rules(tools, families);
  }

  /** Whether this is where the machine's, or the container's, first process is. */
  static Optional<String> mainNamespace(Path root) {
    try {
      Path own = Files.readSymbolicLink(root.resolve("proc/self/ns/net"));
      Path first = Files.readSymbolicLink(root.resolve("proc/1/ns/net"));
      return own.equals(first)
          ? Optional.of("this is the machine's main network namespace: " + ADVICE)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("it can't be told which network namespace this is (" + e + "): " + ADVICE);
    }
  }

  private static Optional<String> rules(IptablesTools tools, List<IpFamily> families)
      throws IOException {
    for (IpFamily family : families) {
      int found = new IptablesKernel(tools, family).read().size();
      if (found > 0) {
        return Optional.of(
            "this network namespace has rules of a proxy already (%d objects, %s): %s"
                .formatted(found, family, ADVICE));
      }
    }
    return Optional.empty();
  }
}
