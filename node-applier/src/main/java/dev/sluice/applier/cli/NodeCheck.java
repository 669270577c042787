package dev.sluice.applier.cli;

import dev.sluice.applier.preparation.Sysctl;
import dev.sluice.applier.preparation.SysctlFiles;
import dev.sluice.applier.preparation.SysctlFiles.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node must have whatever its mode, and an applier does not set. Blocks. */
final class NodeCheck {
  /** Without it no packet of a pod or of another host gets anywhere. */
  static final Sysctl FORWARD = Sysctl.net("ipv4/ip_forward", 1);

  private static final Logger LOG = LoggerFactory.getLogger(NodeCheck.class);

  private NodeCheck() {}

  /**
   * Warns of what is missing.
   *
   * @param root the root of the file system; another one in tests
   */
  static void warn(Path root) {
    missing(root).ifPresent(text -> LOG.warn("{}", text));
  }

  /** What is missing, in words. */
  static Optional<String> missing(Path root) {
    return new SysctlFiles(root).look(FORWARD) instanceof Outcome.Different(Sysctl _, long found)
        ? Optional.of(
            "sysctl %s is %d and should be %d: this node forwards nothing; %s sets it"
                .formatted(FORWARD.name(), found, FORWARD.value(), PrepareNodeCommand.NAME))
        : Optional.empty();
  }
}
