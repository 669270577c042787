package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps a replay from a kernel that somebody uses. Blocks; to be asked on the kernel's thread. */
final class ReplayGuard {
  private static final long FIRST_PROCESS = 1;
  private static final String ADVICE =
      "replay in a network namespace of its own (ip netns add replay; sluice replay --netns replay"
          + " …), or with --dry-run; --force overrides this";

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

  /**
   * Whether this thread is where its process and all those above it are seen to be, up to the
   * first: then nobody has made a network namespace for the replay. The first process of a
   * container counts as the machine's, as it may share its namespace.
   */
  private static Optional<String> mainNamespace(Path root) throws IOException {
    Path own = Files.readSymbolicLink(root.resolve("proc/thread-self/ns/net"));
    return above().map(pid -> namespace(root, pid)).flatMap(Optional::stream).allMatch(own::equals)
        ? Optional.of("this is the machine's main network namespace: " + ADVICE)
        : Optional.empty();
  }

  private static Stream<Long> above() {
    return Stream.concat(
        Stream.iterate(
                ProcessHandle.current().parent(),
                Optional::isPresent,
                parent -> parent.flatMap(ProcessHandle::parent))
            .map(parent -> parent.orElseThrow().pid()),
        Stream.of(ProcessHandle.current().pid(), FIRST_PROCESS));
  }

  /** Empty where that may not be seen. */
  private static Optional<Path> namespace(Path root, long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(root.resolve("proc/" + pid + "/ns/net")));
    } catch (IOException e) {
      return Optional.empty();
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
