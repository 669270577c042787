package dev.sluice.applier.ipvs;

import dev.sluice.applier.preparation.Sysctl;
import dev.sluice.applier.preparation.SysctlFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel parameters that IPVS mode needs, as files. Blocks. */
public final class IpvsSysctls {
  private static final Logger LOG = LoggerFactory.getLogger(IpvsSysctls.class);
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  private final Path root;

  /**
   * @param root the root of the file system; another one in tests
   */
  public IpvsSysctls(Path root) {
    this.root = root;
  }

  /**
   * Sets what differs.
   *
   * @param strictArp whether Services' addresses are not announced by other interfaces
   * @return what could not be set and why, in words
   */
  public List<String> apply(boolean strictArp) {
    return new SysctlFiles(root).setAll(wanted(strictArp));
  }

  /** What {@link #apply} sets. */
  public List<Sysctl> wanted(boolean strictArp) {
    List<Sysctl> wanted = new ArrayList<>();
    // so that IPVS's packets can be masqueraded, and conntrack knows every flow
    wanted.add(Sysctl.net("ipv4/vs/conntrack", 1));
    // Flows to destinations that are gone end at their next packet, those that stick to one look
    // for another; and a connection that reuses a port is not sent to one that is about to go.
    wanted.add(Sysctl.net("ipv4/vs/expire_nodest_conn", 1));
    wanted.add(Sysctl.net("ipv4/vs/expire_quiescent_template", 1));
    wanted.add(Sysctl.net("ipv4/ip_forward", 1));
    if (reuseDropsConnections()) {
      wanted.add(Sysctl.net("ipv4/vs/conn_reuse_mode", 0));
    }
    if (strictArp) {
      wanted.add(Sysctl.net("ipv4/conf/all/arp_ignore", 1));
      wanted.add(Sysctl.net("ipv4/conf/all/arp_announce", 2));
    }
    return wanted;
  }

  /**
   * With its default of 1, kernels 4.1 to 5.8 drop the first packet of a connection that reuses a
   * port (kubernetes/kubernetes#81775, mended in 5.9 by f0a5e4d7a594).
   */
  private boolean reuseDropsConnections() {
    Path file = root.resolve("proc/sys/kernel/osrelease");
    try {
      Matcher release = RELEASE.matcher(Files.readString(file));
      if (!release.matches()) {
        return false;
      }
      int version = Integer.parseInt(release.group(1)) * 1000 + Integer.parseInt(release.group(2));
      return version >= 4_001 && version < 5_009;
    } catch (IOException e) {
      LOG.warn("sysctl file={} can't be read: {}", file, e.toString());
      return false;
    }
  }
}
