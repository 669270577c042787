package dev.sluice.applier.conntrack;

import dev.sluice.applier.preparation.SysctlFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parameters of connection tracking, as files. Blocks. */
public final class ConntrackSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackSysctls.class);

  private final Path root;

  /**
   * @param root the root of the file system; another one in tests
   */
  public ConntrackSysctls(Path root) {
    this.root = root;
  }

  /**
   * Sets what differs. What can't be set is left as it is: forwarding does not depend on it.
   *
   * @param cores of this machine
   * @return what could not be set and why, in words
   */
  public List<String> apply(ConntrackLimits limits, int cores) {
    return new SysctlFiles(root).setAll(limits.sysctls(cores));
  }

  /**
   * Whether packets out of their connection's window count as valid; false where it can't be told,
   * as before the kernel has loaded connection tracking.
   */
  public boolean tcpLiberal() {
    Path file = root.resolve("proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal");
    try {
      return Files.exists(file) && !Files.readString(file).strip().equals("0");
    } catch (IOException e) {
      LOG.warn("sysctl file={} can't be read: {}", file, e.toString());
      return false;
    }
  }
}
