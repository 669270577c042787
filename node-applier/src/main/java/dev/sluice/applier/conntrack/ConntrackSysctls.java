package dev.sluice.applier.conntrack;

import dev.sluice.applier.conntrack.ConntrackLimits.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parameters of connection tracking, as files. Blocks. */
public final class ConntrackSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackSysctls.class);

  /** kube-proxy's: the kernel's own default before 5.15, and bearable up to this many a bucket. */
  private static final int ENTRIES_A_BUCKET = 4;

  private final Path parameters;
  private final Path buckets;

  /**
   * @param root the root of the file system; another one in tests
   */
  public ConntrackSysctls(Path root) {
    parameters = root.resolve("proc/sys/net/netfilter");
    buckets = root.resolve("sys/module/nf_conntrack/parameters/hashsize");
  }

  /**
   * Sets what differs. What can't be set is left as it is: forwarding does not depend on it.
   *
   * @param cores of this machine
   * @return what could not be set and why, in words
   */
  public List<String> apply(ConntrackLimits limits, int cores) {
    List<String> failures = new ArrayList<>();
    for (Setting setting : limits.settings(cores)) {
      set(parameters.resolve(setting.name()), setting.value(), setting.atLeast(), failures);
    }
    if (limits.max(cores) > 0) {
      set(buckets, limits.max(cores) / ENTRIES_A_BUCKET, true, failures);
    }
    return failures;
  }

  /**
   * Whether packets out of their connection's window count as valid; false where it can't be told,
   * as before the kernel has loaded connection tracking.
   */
  public boolean tcpLiberal() {
    Path file = parameters.resolve("nf_conntrack_tcp_be_liberal");
    try {
      return Files.exists(file) && !Files.readString(file).strip().equals("0");
    } catch (IOException e) {
      LOG.warn("sysctl file={} can't be read: {}", file, e.toString());
      return false;
    }
  }

  private static void set(Path file, long value, boolean atLeast, List<String> failures) {
    String before = "unknown";
    try {
      before = Files.readString(file).strip();
      long found = Long.parseLong(before);
      if (found == value || (atLeast && found > value)) {
        return;
      }
      Files.writeString(file, Long.toString(value));
      LOG.info("sysctl file={} value={} before={}", file, value, before);
    } catch (IOException | NumberFormatException e) {
      // nf_conntrack_max is read-only but in the first network namespace, and /proc/sys in a plain
      // container
      String kind = e.getClass().getSimpleName();
      failures.add(
          "%s = %d (it is %s): %s: %s".formatted(file, value, before, kind, e.getMessage()));
    }
  }
}
